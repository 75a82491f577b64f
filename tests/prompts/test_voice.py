"""Sentences are a note's: no greetings, no questions, no words between the speakers; the plan is all there."""

import pytest

from nlp.reader import ClinicalReader
from prompts.candidates import candidates
from prompts.drafter import SegmentDrafter
from prompts.language import questions
from prompts.language.dictation import greeting, instructs, noted
from prompts.language.grammar import SHE
from prompts.language.impersonal import impersonal, personal
from prompts.language.precautions import precautions
from visit.charts import Chart
from visit.notes import Division
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit
_WHO = {"d": Speaker.CLINICIAN, "p": Speaker.PATIENT}


def turns_of(*lines):
    pairs = [line.split(": ", 1) for line in lines]
    return tuple(Turn(i, _WHO[who], text) for i, (who, text) in enumerate(pairs))


def said(*lines):
    turns = turns_of(*lines)
    return [c.text for c in candidates(turns, 0, len(turns) - 1)]


def note(*lines):
    turns = turns_of(*lines)
    reading = ClinicalReader().open(Chart())
    for turn in turns:
        reading.read(turn)
    reading.finish()
    drafter = SegmentDrafter()
    drafted = [s for part in reading.segments() for s in drafter.draft(part, turns, reading.findings())]
    return drafter.assemble(drafted, turns, reading.findings()).sentences


@pytest.mark.parametrize("text", ["Morning, Mrs Lund", "Good evening, Doctor Shah.", "Miss Ito", "hello"])
def test_a_greeting_is_no_statement(text):
    assert greeting(text)


def test_a_patient_who_greets_says_nothing_of_note():
    assert said("p: Good afternoon, Dr. My knee has been aching for a week.") == [
        "Their knee has been aching for a week."
    ]


@pytest.mark.parametrize("text", ["Morning stiffness in both hands", "Evening doses were missed"])
def test_a_time_of_day_is_no_greeting(text):
    assert not greeting(text)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Are you bringing anything up when you cough?", "Yes, some green phlegm."),
        ("And are you allergic to any medications?", "Yes, sulfa."),
        ("Is anyone else at home sick?", "My niece had a cold. I think I caught it from her."),
    ],
)
def test_yes_does_not_turn_a_question_into_a_statement(asked, answer):
    texts = said(f"d: {asked}", f"p: {answer}")
    assert not [t for t in texts if "anything" in t or t.startswith(("Has medications", "Lives with"))]


def test_any_after_a_verb_of_doing_keeps_the_verb():
    assert questions.parse("Have you coughed up any blood?").items == ()
    assert questions.parse("Have you had any fever or chills?").items == ("fever", "chills")


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        ("I'd also like to order a lipid panel", "order a lipid panel"),
        ("I'd like to increase your atenolol from 25 mg to 50 mg", "increase atenolol from 25 mg to 50 mg"),
        ("The second problem is your asthma, which is not well controlled", "asthma, not well controlled"),
    ],
)
def test_plans_and_problems_in_note_words(clause, text):
    assert noted(clause, SHE).lower() == text


def test_a_statement_does_not_end_in_the_air():
    assert not [t for t in said("d: Are you allergic to anything?", "p: No.") if t.endswith(" to.")]


def test_intentions_and_commands_instruct():
    assert instructs("I'm going to prescribe an inhaler")
    assert instructs("Take one tablet at night")
    assert not instructs("Your throat is a little red")


def test_words_between_the_speakers_go():
    assert impersonal("patient to call us if worse", SHE) == "patient to call if worse"
    assert impersonal("a murmur, which we have heard before", SHE) == "a murmur"
    assert impersonal("we suspect a fracture", SHE) == "suspected a fracture"
    assert personal(impersonal("I do not think she needs surgery", SHE))


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        (
            "If you get a rash, or if you become dizzy, or cough up blood, call us right away",
            "Return precautions: call right away if rash, dizzy or coughing up blood",
        ),
        ("Come back if the swelling gets worse", "Return precautions: come back if the swelling gets worse"),
        (
            "Call us if you can't walk, or if you get a fever",
            "Return precautions: call if fever or cannot walk",
        ),
        ("If you like you can sit here", ""),
    ],
)
def test_return_precautions(clause, text):
    assert precautions(clause, SHE) == text


def test_the_plan_holds_the_changed_dose_and_what_to_watch_for():
    sentences = note(
        "d: Are you still taking the atenolol?",
        "p: Yes, atenolol twenty five milligrams in the morning.",
        "d: Your heart sounds are regular, with no murmur.",
        "p: Okay. Could this be pneumonia?",
        "d: No, I don't think so. I think you have a cold. An antibiotic would not help you.",
        "p: I see.",
        "d: I'd like to increase your atenolol from twenty five milligrams to fifty milligrams once a day.",
        "p: What if it gets worse?",
        "d: If you get a fever or start vomiting, call us or go to the emergency room.",
    )
    plan = {s.text: s for s in sentences if s.division is Division.PLAN}
    assert plan["Increase atenolol from 25 mg to 50 mg once a day."].evidence == (6,)
    (warning,) = [text for text in plan if text.startswith("Return precautions: ") and "fever" in text]
    assert "emergency room" in warning
    assert [s.division for s in sentences if "25 mg in the morning" in s.text] == [Division.MEDICATIONS]
    assert "Not thought to be pneumonia." in {s.text for s in sentences}
    assert not [s.text for s in sentences if s.text in ("Pneumonia.", "Takes antibiotics.", "Has fever.")]
    assert not [s.text for s in sentences if personal(s.text)]


def test_no_after_which_something_is_called_needed_denies_it():
    lines = "d: Come in if it gets worse. But I don't think so, that's needed at this point."
    assert not any("needed" in text and "not" not in text for text in said(lines))
    assert not any("needed" in s.text for s in note(lines))


def test_what_anybody_would_have_is_not_written():
    assert note("d: Generally if you have an ear infection, you would have a fever or some discharge.") == ()
    advised = note("d: You would benefit from physical therapy for that knee.")
    assert any("physical therapy" in s.text for s in advised)
