"""What is read out of chart resources, and what is left out."""

from typing import Any

import pytest

from app.ehr.chart import (
    EhrPractitioner,
    allergy_line,
    encounter_from,
    medication_line,
    patient_from,
    person_name,
    problem_line,
)
from app.ehr.people import author_of, same_person, shares_name
from app.errors import Conflict

pytestmark = pytest.mark.unit


def concept(text: str) -> dict[str, Any]:
    return {"text": text}


def status(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def test_a_medication_has_its_dose() -> None:
    resource = {
        "status": "active",
        "medicationCodeableConcept": {"coding": [{"display": "warfarin 5 mg"}]},
        "dosageInstruction": [{"text": "every evening"}],
    }
    assert medication_line(resource) == "warfarin 5 mg, every evening"


def test_a_medication_may_be_a_reference_with_a_display() -> None:
    assert medication_line({"status": "active", "medicationReference": {"display": "aspirin"}}) == "aspirin"


@pytest.mark.parametrize("state", ["stopped", "cancelled", "completed", "entered-in-error", "draft", None])
def test_a_medication_that_is_not_taken_is_left_out(state: str | None) -> None:
    assert medication_line({"status": state, "medicationCodeableConcept": concept("aspirin")}) is None


def test_a_medication_that_must_not_be_given_is_left_out() -> None:
    resource = {"status": "active", "doNotPerform": True, "medicationCodeableConcept": concept("aspirin")}
    assert medication_line(resource) is None


@pytest.mark.parametrize(
    ("dosage", "line"),
    [
        ({"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}]}, "aspirin, 2 tablet"),
        (
            {"doseAndRate": [{"doseQuantity": {"value": 2.5, "unit": "mL"}}], "timing": {"code": {"text": "BID"}}},
            "aspirin, 2.5 mL BID",
        ),
        ({"timing": {"code": concept("at night")}}, "aspirin, at night"),
        ({"doseAndRate": [{"doseQuantity": {"value": True, "unit": "x"}}]}, "aspirin"),
        ({"doseAndRate": "x", "timing": 3}, "aspirin"),
    ],
)
def test_a_dosage_without_words_is_put_into_words(dosage: dict[str, Any], line: str) -> None:
    resource = {"status": "active", "medicationCodeableConcept": concept("aspirin"), "dosageInstruction": [dosage]}
    assert medication_line(resource) == line


def test_a_diagnosis_of_one_encounter_is_no_problem_of_the_chart() -> None:
    diagnosis = {"code": concept("sprain"), "category": [status("encounter-diagnosis")]}
    assert problem_line(diagnosis) is None
    assert problem_line({**diagnosis, "category": [status("encounter-diagnosis"), status("problem-list-item")]})
    assert problem_line({**diagnosis, "category": []}) == "sprain"


def test_an_allergy_has_its_reactions() -> None:
    resource = {"code": concept("latex"), "reaction": [{"manifestation": [concept("hives"), concept("swelling")]}]}
    assert allergy_line(resource) == "latex (hives, swelling)"


@pytest.mark.parametrize(
    "extra",
    [
        {"clinicalStatus": status("resolved")},
        {"clinicalStatus": status("inactive")},
        {"verificationStatus": status("refuted")},
        {"verificationStatus": status("entered-in-error")},
    ],
)
def test_what_is_over_or_refuted_is_left_out(extra: dict[str, Any]) -> None:
    assert allergy_line({"code": concept("latex"), **extra}) is None
    assert problem_line({"code": concept("asthma"), **extra}) is None


def test_an_active_problem_is_its_text() -> None:
    assert problem_line({"code": concept("asthma"), "clinicalStatus": status("active")}) == "asthma"


def test_the_official_name_is_read_and_an_old_one_is_not() -> None:
    names = [
        {"use": "old", "family": "Berg"},
        {"use": "nickname", "text": "Gigi"},
        {"family": "Lind", "given": ["Grace"]},
        {"use": "official", "family": "Lindqvist", "given": ["Grace", "A."], "prefix": ["Dr."]},
    ]
    assert person_name({"name": names}) == "Dr. Grace A. Lindqvist"


@pytest.mark.parametrize(
    "broken", [{}, {"name": "x"}, {"name": [3]}, {"name": [{"given": "x"}]}, {"birthDate": "1968"}]
)
def test_a_patient_that_is_poorly_recorded_is_still_a_patient(broken: dict[str, Any]) -> None:
    patient = patient_from({"id": "1", **broken})
    assert patient.name == "Unnamed patient"
    assert patient.birth_date is None


def test_the_clinician_in_charge_comes_first() -> None:
    resource = {
        "id": "1",
        "subject": {"reference": "Patient/1"},
        "participant": [
            {"individual": {"reference": "Practitioner/2"}, "type": [status("CON")]},
            {"individual": {"reference": "RelatedPerson/9"}},
            {"individual": {"reference": "https://ehr.test/fhir/Practitioner/3"}, "type": [status("ATND")]},
        ],
    }
    found = encounter_from(resource)
    assert [practitioner.reference for practitioner in found.practitioners] == ["Practitioner/3", "Practitioner/2"]
    assert found.patient == "Patient/1"


@pytest.mark.parametrize("broken", [{}, {"subject": {"reference": "Group/1"}}, {"period": 3, "participant": [None]}])
def test_a_broken_encounter_has_no_patient(broken: dict[str, Any]) -> None:
    assert encounter_from({"id": "1", **broken}).patient is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Dr. Daniel Reed", "Daniel Reed", True),
        ("Reed, Daniel", "DANIEL REED, MD", True),
        ("Daniel P. Reed", "Dr Daniel Reed", True),
        ("Daniel Reed", "David Reed", False),
        ("Reed", "Dr. Reed", False),
        ("", "", False),
        ("Jos\u00e9 Nu\u00f1ez", "Dr. JOS\u00c9 NU\u00d1EZ", True),
    ],
)
def test_names_are_compared_without_titles(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same


@pytest.mark.parametrize(
    ("name", "text", "shared"),
    [
        ("Jane Rivera, MD", "Jane Rivera, MD on 2 March.", True),
        ("J. Rivera, MD", "Jane Rivera", True),
        ("Jane Rivera", "Mei Chen", False),
        ("Jane Rivera", "Tom Rivera", False),
        ("Rivera", "Dr. Rivera", True),
    ],
)
def test_a_line_is_about_a_person(name: str, text: str, shared: bool) -> None:
    assert shares_name(name, text) is shared


def test_a_note_is_never_filed_under_another_clinician() -> None:
    reed, chen = EhrPractitioner("Practitioner/1", "Dr. Daniel Reed"), EhrPractitioner("Practitioner/2", "Mei Chen")
    assert author_of([chen, reed], "Daniel Reed") == reed
    for people in ([], [chen], [reed, EhrPractitioner("Practitioner/3", "Daniel Reed")]):
        with pytest.raises(Conflict):
            author_of(people, "Daniel Reed")
