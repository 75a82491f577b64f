"""Codes that list notes ask for beside a diagnosis."""

import pytest

from nlp.icd10.companions import companions_of
from nlp.icd10.parse import note_from_text

pytestmark = pytest.mark.unit


def codes(text: str, *accepted: str) -> list[str]:
    return [c.code for c in companions_of(note_from_text(text), accepted)]


def test_treatment_is_offered_beside_what_it_treats_and_nowhere_else() -> None:
    assert codes("MEDICATIONS\nMetformin 500 mg twice daily.", "E11.9") == ["Z79.84"]
    assert codes("MEDICATIONS\nMetformin 500 mg twice daily.", "I10") == []


def test_what_is_denied_or_a_relatives_is_no_companion() -> None:
    assert codes("HISTORY\nShe is not on insulin and denies home oxygen.", "E11.9", "J44.9") == []
    assert codes("FAMILY HISTORY\nHer father is a smoker.", "J44.9") == []


def test_past_tobacco_counts_and_past_insulin_does_not() -> None:
    assert codes("SOCIAL HISTORY\nHistory of smoking.", "J44.9") == ["Z87.891"]
    assert codes("HISTORY\nHistory of insulin use.", "E11.9") == []


@pytest.mark.parametrize(
    ("index", "code"), [("18.2", "Z68.1"), ("31.4", "Z68.31"), ("39.9", "Z68.39"), ("41", "Z68.41"), ("72.0", "Z68.45")]
)
def test_body_mass_stands_beside_a_diagnosis_of_weight(index: str, code: str) -> None:
    assert codes(f"VITALS\nBMI {index}.", "E66.9") == [code]
    assert codes(f"VITALS\nBMI {index}.", "I10") == []


def test_what_is_accepted_already_is_not_offered_again() -> None:
    assert codes("PLAN\nContinue insulin.", "E11.9", "Z79.4") == []
