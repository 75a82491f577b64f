import pytest

from prompts.doses import UNNAMED, unnamed
from visit.findings import Detail, Finding, FindingKind
from visit.ids import FindingId, SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.unit

METFORMIN = Finding(
    FindingId("m"), FindingKind.MEDICATION, "metformin", "metformin", (1,), detail=Detail(value="500", unit="mg")
)


def dosed(text, division=Division.MEDICATIONS, evidence=(1,)):
    sentence = NoteSentence(SentenceId("s"), division, text, evidence, Verdict.NEEDS_REVIEW, Origin.RULES)
    return unnamed(sentence, [METFORMIN])


@pytest.mark.parametrize(
    "text",
    ["Takes metformin 500 mg twice a day.", "Increase metformin to 850 mg.", "Takes 500 mg.", "Walks 2 km a day."],
)
def test_a_dose_of_a_known_drug_needs_no_review(text):
    assert not dosed(text)


@pytest.mark.parametrize(
    "text",
    [
        "Takes less in a pill 10 mg.",
        "Takes less in a pill 10 mg, and metformin 500 mg.",
        "Start a tour of a statin 20 mg once daily.",
    ],
)
def test_a_dose_beside_words_that_are_no_drug_needs_review(text):
    assert dosed(text) == UNNAMED


def test_a_drug_named_in_another_turn_lends_its_dose_to_nothing():
    assert dosed("Takes 500 mg.", evidence=(7,)) == UNNAMED


@pytest.mark.parametrize(
    ("text", "division"),
    [("Glucose 110 mg.", Division.RESULTS), ("Glucose was 110 mg per deciliter.", Division.HISTORY)],
)
def test_a_measurement_is_no_dose(text, division):
    assert not dosed(text, division)
