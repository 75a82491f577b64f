"""Age, sex and weeks of pregnancy, and the codes that they rule out."""

import pytest

from nlp.icd10.parse import note_from_text
from nlp.icd10.patient import Patient, patient_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("The patient is a 61-year-old female. She is well.", 61, "female"),
        ("A 9 month old boy. He feeds well and his weight is up.", 0.75, "male"),
        ("Knee pain.", None, None),
        ("Her husband says he coughs.", None, None),
    ],
)
def test_age_and_sex_are_read_where_they_are_said(text: str, age: float | None, sex: str | None) -> None:
    found = patient_of(note_from_text(text))
    assert (found.age, found.sex) == (age, sex)


@pytest.mark.parametrize(
    ("patient", "code", "admitted"),
    [
        (Patient(sex="male"), "N92.0", False),
        (Patient(sex="female"), "N40.0", False),
        (Patient(sex="female"), "N92.0", True),
        (Patient(), "N40.0", True),
        (Patient(age=40), "P07.30", False),
        (Patient(age=40), "Z00.129", False),
        (Patient(age=6), "Z00.00", False),
        (Patient(age=6), "Z00.129", True),
    ],
)
def test_a_code_of_the_other_sex_or_another_age_is_ruled_out(patient: Patient, code: str, admitted: bool) -> None:
    assert patient.admits(code) is admitted


@pytest.mark.parametrize(("weeks", "trimester"), [("13", "first"), ("14", "second"), ("28", "third")])
def test_weeks_of_pregnancy_give_the_trimester(weeks: str, trimester: str) -> None:
    assert patient_of(note_from_text(f"She is {weeks} weeks pregnant.")).trimester == trimester
