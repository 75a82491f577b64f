"""What is taught: clinicians' sentences that the gate accepts, and no others."""

import pytest

from train.pairs import note_sentences, pairs_of

pytestmark = pytest.mark.integration

TURNS = [
    {"speaker": "doctor", "text": "Good morning. What brings you in?"},
    {"speaker": "patient", "text": "I've had a dry cough for three weeks and my left shoulder hurts."},
    {"speaker": "doctor", "text": "Any fever or chills?"},
    {"speaker": "patient", "text": "No."},
    {"speaker": "doctor", "text": "Are you taking anything?"},
    {"speaker": "patient", "text": "I take lisinopril 10 milligrams every morning."},
]


class Words:
    """A tokenizer without a chat format."""

    chat_template = None


def targets(note: str, turns=TURNS) -> set[str]:
    row = {"id": "v", "turns": turns, "note": note}
    return {line for pair in pairs_of(row, Words()) for line in pair.target.splitlines()}


def test_a_clinicians_words_for_what_was_said_are_taught():
    taught = targets(
        "SUBJECTIVE\n\nThe patient has had a dry cough for 3 weeks. Takes lisinopril 10 mg every morning daily."
    )
    assert any("dry cough for 3 weeks" in line and line.startswith("The patient") for line in taught)


@pytest.mark.parametrize(
    "invented",
    [
        "The patient has had a dry cough for 5 weeks.",
        "The patient has had a productive dry cough for 3 weeks.",
        "The patient denies a dry cough for 3 weeks.",
        "The patient takes lisinopril 20 mg every morning.",
        "The patient has right shoulder pain.",
        "The patient reports fever and chills.",
    ],
)
def test_what_was_not_said_is_never_taught(invented):
    assert invented not in targets(invented)


def test_nobody_is_called_he_or_she_whose_sex_was_not_said():
    taught = targets("She has had a dry cough for 3 weeks.")
    assert taught
    assert not any(line.startswith("She") for line in taught)


def test_a_prompt_shows_the_cited_turns_and_the_facts():
    row = {"id": "v", "turns": TURNS, "note": "The patient has had a dry cough for 3 weeks."}
    prompts = [pair.prompt for pair in pairs_of(row, Words())]
    assert prompts
    assert all("Facts:" in prompt and "cough" in prompt for prompt in prompts)
    assert not any("lisinopril" in prompt for prompt in prompts if "lisinopril" not in prompt.split("Facts:")[1])


def test_headings_are_no_sentences_and_parts_follow_the_whole():
    note = "HISTORY OF PRESENT ILLNESS\n\nHas a cough and denies fever.\nPlan:\n- Rest."
    assert note_sentences(note) == ["Has a cough and denies fever.", "Has a cough", "denies fever."]
