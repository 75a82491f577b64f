"""Statements that nearly repeat a clause: its negations, sides and numbers; and what only may be."""

import pytest

from prompts.verify import Reason, verify
from visit.findings import Detail, Finding, FindingKind
from visit.ids import FindingId, SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit


def verdict(text, *said, division=Division.HISTORY, findings=(), speaker=Speaker.PATIENT):
    turns = tuple(Turn(i, speaker, line) for i, line in enumerate(said))
    cited = tuple(turn.index for turn in turns)
    written = NoteSentence(SentenceId("s"), division, text, cited, Verdict.NEEDS_REVIEW, Origin.RULES)
    checked = verify(written, turns, findings)
    return checked.verdict, checked.reasons


@pytest.mark.parametrize(
    ("said", "right", "wrong"),
    [
        ("I can lift it, but not without a sharp pain.", "", "Not with a sharp pain."),
        ("No reduced grip, negative Finkelstein test.", "", "Reduced grip, negative Finkelstein test."),
        ("That is where the pain is at.", "That is where the pain is at.", "That is where the pain is not at."),
        ("If there's no progress, you need to get back to us.", "", "Get back if there is progress."),
        ("Um, probably neither.", "", "Does not take probably neither."),
        ("It's my left hip that hurts and my right hip is fine.", "Left hip hurts.", "It is the right hip that hurts."),
        ("I sleep 2 hours a day and, 20 of us, we walk.", "Sleeps 2 hours a day.", "Sleeps 20 hours a day."),
    ],
)  # fmt: skip
def test_a_repeated_clause_keeps_its_no_its_side_and_its_number(said, right, wrong):
    assert verdict(wrong, said)[0] is not Verdict.SUPPORTED
    assert not right or verdict(right, said) == (Verdict.SUPPORTED, ())


def test_a_list_needs_one_no():
    said = "I've had no fever, no chills, no cough."
    assert verdict("No fever, chills or cough.", said)[0] is Verdict.SUPPORTED
    assert verdict("Fever, chills and cough.", said)[0] is Verdict.UNSUPPORTED


def test_two_denials_in_one_breath_are_for_the_clinician_to_read():
    assert Reason.UNSURE.value in verdict("Does not take nothing for it.", "I don't take nothing for it.")[1]


def test_of_two_sides_one_must_be_said_beside_what_the_sentence_names():
    said = ("My left wrist was pressed.", "On my right arm.", "The bursitis is the trouble.")
    assert Reason.UNSURE.value in verdict("Left bursitis.", *said)[1]
    known = Finding(FindingId("f"), FindingKind.PROBLEM, "bursitis", "bursitis", (2,), detail=Detail(side="right"))
    assert verdict("Right bursitis.", *said, findings=(known,))[0] is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("text", "said", "fact"),
    [
        ("The swelling will shrink.", "Hopefully the swelling will shrink.", False),
        ("Hopefully the swelling will shrink.", "Hopefully the swelling will shrink.", True),
        ("Needs a stool sample.", "If it goes on, or if it gets worse, we need a stool sample.", False),
        ("Order a chest x-ray.", "If that's okay with you I'll order a chest x-ray.", True),
        ("Order a chest x-ray.", "Let's order a chest x-ray. If it gets worse call us.", True),
    ],
)
def test_what_hangs_on_a_condition_or_on_hope_is_not_stated(text, said, fact):
    outcome = verdict(text, said, division=Division.PLAN, speaker=Speaker.CLINICIAN)
    assert outcome == ((Verdict.SUPPORTED, ()) if fact else (Verdict.UNSUPPORTED, (Reason.HYPOTHETICAL.value,)))


def test_an_assessment_weighs_what_may_be():
    said = "I think you may have a touch of bursitis."
    assert verdict("Bursitis.", said, division=Division.ASSESSMENT, speaker=Speaker.CLINICIAN)[0] is Verdict.SUPPORTED


def test_a_patient_tells_of_somebody_else():
    said = "My colleague's sister, she recently had a stroke."
    assert verdict("She recently had a stroke.", said)[1] == (Reason.SUBJECT.value,)
    assert verdict("She recently had a stroke.", "She recently had a stroke.")[0] is Verdict.SUPPORTED
