"""The decision-making grid: each element's level, the level that two of three reach, and time."""

import pytest

from nlp.icd10 import IcdCoder, note_from_text
from visit.codes import Complexity, VisitLevel

pytestmark = pytest.mark.integration


def level(coder: IcdCoder, text: str) -> VisitLevel:
    note = note_from_text(text)
    return coder.level(note, coder.suggest(note))


def element(found: VisitLevel, name: str) -> Complexity:
    return next(e.level for e in found.elements if e.name == name)


@pytest.mark.parametrize(
    ("text", "name", "reached"),
    [
        ("ASSESSMENT AND PLAN\n1. Athlete's foot.\nKeep dry.", "problems", Complexity.STRAIGHTFORWARD),
        ("ASSESSMENT AND PLAN\n1. Hypertension, stable.", "problems", Complexity.LOW),
        ("ASSESSMENT AND PLAN\n1. Hypertension, stable.\n2. Hypothyroidism, stable.", "problems", Complexity.MODERATE),
        ("ASSESSMENT AND PLAN\n1. Hypertension.\nIt is uncontrolled.", "problems", Complexity.MODERATE),
        ("ASSESSMENT AND PLAN\n1. Hypertension.\nIt is not worsening.", "problems", Complexity.LOW),
        ("ASSESSMENT AND PLAN\n1. Acute cholecystitis.\n2. Sepsis.", "problems", Complexity.HIGH),
        ("ASSESSMENT AND PLAN\n1. Cough.\nNo treatment.", "risk", Complexity.STRAIGHTFORWARD),
        ("ASSESSMENT AND PLAN\n1. Ankle sprain.\nPhysical therapy.", "risk", Complexity.LOW),
        ("ASSESSMENT AND PLAN\n1. Hypertension.\nIncrease lisinopril to 20 mg.", "risk", Complexity.MODERATE),
        ("ASSESSMENT AND PLAN\n1. Pneumonia.\nShe is admitted to the hospital.", "risk", Complexity.HIGH),
        ("RESULTS\nCBC normal.\n\nASSESSMENT AND PLAN\n1. Fatigue.\nOrder TSH.", "data", Complexity.LOW),
        ("RESULTS\nCBC normal. Lipid panel normal. A1c 6.", "data", Complexity.MODERATE),
    ],
)
def test_an_element_reaches_what_is_documented(coder: IcdCoder, text: str, name: str, reached: Complexity) -> None:
    assert element(level(coder, text), name) == reached


def test_two_of_three_elements_decide_and_each_shows_its_words(coder: IcdCoder) -> None:
    found = level(coder, "ASSESSMENT AND PLAN\n1. Hypertension.\nIt is uncontrolled. Increase lisinopril to 20 mg.")
    assert found.level == Complexity.MODERATE
    assert [e.name for e in found.elements] == ["problems", "data", "risk"]
    for one in found.elements:
        assert one.evidence or one.level == Complexity.STRAIGHTFORWARD
    assert (found.minutes, found.by_time) == (None, None)


@pytest.mark.parametrize(
    ("said", "minutes", "by_time"),
    [
        ("Total time was 32 minutes.", 32, Complexity.MODERATE),
        ("I spent 5 minutes with her.", 5, None),
        ("New patient. Time spent: 50 minutes.", 50, Complexity.MODERATE),
    ],
)
def test_time_is_what_the_note_states(coder: IcdCoder, said: str, minutes: int, by_time: Complexity | None) -> None:
    found = level(coder, f"HISTORY\n{said}\n\nASSESSMENT AND PLAN\n1. Cough.")
    assert (found.minutes, found.by_time) == (minutes, by_time)
