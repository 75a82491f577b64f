"""How well a visit supports a statement that cites nothing."""

from dataclasses import replace

import pytest

from prompts.gate.support import Witness
from visit.findings import Finding, FindingKind, Polarity, Timing
from visit.ids import FindingId
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def witness(turns, findings) -> Witness:
    return Witness(turns, findings)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("No fever.", "Fever."),
        ("Cough for 2 weeks.", "Cough for 3 weeks."),
        ("Short of breath uphill.", "No SOB."),
        ("Father had a heart attack.", "Brother had a stroke."),
        ("Denies chest pain or wheezing.", "Denies chest pain or cough."),
        ("Takes lisinopril 10 mg.", "Takes warfarin 10 mg."),
        ("No fever and no chills.", "No fever and no headache."),
        ("Lungs clear.", "Lungs not clear."),
    ],
)
def test_what_was_said_has_more_support(witness, right, wrong):
    assert 0.0 <= witness.support(wrong) < witness.support(right) <= 1.0


def test_nothing_supports_words_without_meaning(witness):
    assert witness.support("and the") == 0.0
    assert witness.support("") == 0.0


def talk(*said):
    who = (Speaker.CLINICIAN, Speaker.PATIENT)
    return tuple(Turn(i, who[i % 2], text) for i, text in enumerate(said))


def test_shorthand_and_spelling_do_not_matter():
    witness = Witness(talk("Any shortness of breath or diarrhea?", "No."), ())
    assert witness.support("No SOB, no diarrhoea") == witness.support("No shortness of breath, no diarrhea")


def test_an_open_answer_neither_affirms_nor_denies():
    open_ended = Witness(talk("Any rash?", "Hard to say."), ())
    answered = Witness(talk("Any rash?", "Yes."), ())
    assert open_ended.support("Rash.") < answered.support("Rash.")
    unanswered = Witness(talk("Any rash?"), ())
    assert unanswered.support("No rash.") < Witness(talk("Any rash?", "No."), ()).support("No rash.")


def test_another_voice_between_question_and_answer_is_passed_over():
    turns = (
        Turn(0, Speaker.CLINICIAN, "Any rash?"),
        Turn(1, Speaker.CLINICIAN, "On the arms."),
        Turn(2, Speaker.PATIENT, "No."),
    )
    assert Witness(turns, ()).support("No rash.") > Witness(turns[:2], ()).support("No rash.")


def test_findings_count_when_they_hold_and_are_certain(turns):
    sure = Finding(FindingId("f"), FindingKind.SYMPTOM, "cough", "cough", (1,))
    plain = Witness(turns, ()).support("Cough.")
    assert Witness(turns, (sure,)).support("Cough.") > plain
    for unsure in (replace(sure, polarity=Polarity.UNCERTAIN), replace(sure, timing=Timing.HYPOTHETICAL)):
        assert Witness(turns, (unsure,)).support("Cough.") == plain


def test_better_known_roles_are_used():
    turns = (Turn(0, Speaker.PATIENT, "Any rash?"), Turn(1, Speaker.CLINICIAN, "No."))
    swapped = Witness(turns, (), (Speaker.CLINICIAN, Speaker.PATIENT))
    assert swapped.support("No rash.") > Witness(turns, ()).support("No rash.")
