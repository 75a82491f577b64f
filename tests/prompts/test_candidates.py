"""What turns say in note words: no more than was said, no firmer than it was said."""

import pytest

from prompts.candidates import candidates
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit
_WHO = {"d": Speaker.CLINICIAN, "p": Speaker.PATIENT}


def said(*lines):
    pairs = [line.split(": ", 1) for line in lines]
    turns = tuple(Turn(i, _WHO[who], text) for i, (who, text) in enumerate(pairs))
    return [c.text for c in candidates(turns, 0, len(turns) - 1)]


def test_what_the_patient_only_thinks_is_written_as_thought():
    texts = said("p: I think I had a fever on Monday because I was sweaty.")
    assert texts == ["Thinks they had a fever on Monday because they were sweaty."]


def test_what_was_thought_at_first_keeps_its_thinking():
    texts = said("p: I was hauling wood and I thought it initially it was from a pulled muscle but it was a stone.")
    assert not [t for t in texts if t.startswith("It was from a pulled muscle")]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("d: It sounds like you might have, you know, some trouble with sleep.", "Possibly some trouble with sleep."),
        ("d: It seems like you may have something called labyrinthitis.", "Possibly something called labyrinthitis."),
        ("d: It could be an element of cluster headache.", "It could be an element of cluster headache."),
    ],
)
def test_a_possible_diagnosis_stays_possible(line, text):
    assert said(line) == [text]


def test_a_cause_named_to_a_patient_who_asks_in_general_is_no_finding():
    assert said("p: What would cause that?", "d: Problems with your gallbladder. Let me listen to your lungs.") == []


def test_how_an_illness_usually_shows_is_not_said_of_the_patient():
    assert not said("d: That's not usually how pneumonia presents. It's more of a slow thing, over several weeks.")


def test_no_other_illness_does_not_deny_the_one_named_before():
    texts = said("p: I have lupus.", "d: Do you have any other diagnoses? Any other illnesses at all?", "p: No.")
    assert "Denies other diagnoses." in texts
    assert "Denies other illnesses." in texts


def test_a_number_answers_the_question_before_the_last():
    assert said("d: How long has it been going on? Since May?", "p: Probably six weeks.") == [
        "Duration: Probably 6 weeks."
    ]


def test_who_the_patient_is_belongs_to_the_record():
    assert said("p: My name is Jo Marsh. I was born on the second of May.") == []


def test_what_the_family_has_not_is_not_denied_of_the_patient():
    texts = said("d: In your family, is there any history of clots?", "p: Not that I know of, no.")
    assert texts == ["No family history of clots."]


def test_yes_to_any_names_nothing():
    assert said("d: Do you have any allergies to any medications?", "p: Yes, I'm allergic to latex.") == [
        "Is allergic to latex."
    ]


def test_the_head_of_a_question_is_no_statement():
    assert "Red blood." not in said("d: I mean red blood at all, in your stool?", "p: No.")


def test_a_dropped_not_does_not_deny_the_next_sentence():
    texts = said("d: Are you seeing anyone?", "p: No, no, not", "p: Uh yeah, I have a long-term partner.")
    assert "Has a long-term partner." in texts


def test_the_word_that_was_asked_is_no_answer():
    assert said("d: Do you have any allergies at all?", "p: Ohh, allergies. Uh, no.") == []


@pytest.mark.parametrize("line", ["d: Bye now.", "p: Take care.", "d: Welcome to the clinic."])
def test_a_farewell_is_no_statement(line):
    assert said(line) == []


def test_what_a_clinician_supposes_of_the_history_is_a_question():
    lines = ("d: And you don't have any other medical condition.", "p: I have asthma.")
    assert not [t for t in said(*lines) if "other medical" in t]


def test_a_decimal_written_apart_is_one_number():
    (text,) = said("d: Your hemoglobin a1c last time was six . eight.")
    assert text == "Their hemoglobin A1C last time was 6.8."
