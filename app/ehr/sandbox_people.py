"""The invented people of the sandbox EHR: one practice, one clinician, three patients and their visits today.

They come the day before and the day after as well: who works past midnight finds a day's visits, and those under way.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

Json = dict[str, Any]

PRACTITIONER: Final = "Practitioner/clinician-1"
ORGANIZATION: Final = "Organization/practice-1"
SAMPLE_PATIENT: Final = "patient-1"
"""The patient of the sample visit. Ids are opaque, as in any EHR: they end up in URLs."""

_CONDITION: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_CONDITION_VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CONDITION_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/condition-category"
_ALLERGY: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_ALLERGY_VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_RECORD_NUMBERS: Final = "urn:uuid:6a0f8d53-1b52-4c3e-9f57-0c7e6b1d2f90"


def encounter_id(patient: str, day: date | None = None) -> str:
    """The id of a patient's visit on a day (today)."""
    return f"visit-{patient}-{(day or date.today()).strftime('%Y%m%d')}"


def resources(day: date | None = None) -> list[Json]:
    """Every resource of the sandbox around a day (today), in an order in which none refers to a later one."""
    days = [(day or date.today()) + timedelta(days=off) for off in (-1, 0, 1)]
    return [
        {"resourceType": "Organization", "id": "practice-1", "active": True, "name": "Hillside Family Practice"},
        {
            "resourceType": "Practitioner",
            "id": "clinician-1",
            "active": True,
            "name": [{"use": "official", "prefix": ["Dr."], "given": ["Daniel"], "family": "Reed"}],
        },
        _patient(SAMPLE_PATIENT, ("Maria", "Alvarez"), "1968-03-14", "female"),
        _patient("patient-2", ("Thomas", "Okafor"), "1955-09-02", "male"),
        _patient("patient-3", ("Grace", "Lindqvist"), "1991-06-27", "female"),
        *(_encounter(SAMPLE_PATIENT, day, time(9, 0), "cough and blood pressure follow-up") for day in days),
        *(_encounter("patient-2", day, time(9, 30), "knee pain") for day in days),
        *(_encounter("patient-3", day, time(10, 0), "annual check") for day in days),
        _medication("medication-1", SAMPLE_PATIENT, "lisinopril 10 mg", "once daily"),
        _medication("medication-2", SAMPLE_PATIENT, "metformin 500 mg", "twice a day"),
        _medication("medication-3", "patient-2", "atorvastatin 20 mg", "at bedtime"),
        _allergy("allergy-1", SAMPLE_PATIENT, "penicillin", "rash"),
        _problem("problem-1", SAMPLE_PATIENT, "hypertension", ("38341003", "Hypertensive disorder")),
        _problem("problem-2", SAMPLE_PATIENT, "type 2 diabetes", ("44054006", "Diabetes mellitus type 2")),
        _problem("problem-3", "patient-2", "high cholesterol", ("13644009", "Hypercholesterolemia")),
    ]


def _patient(name: str, full: tuple[str, str], born: str, gender: str) -> Json:
    return {
        "resourceType": "Patient",
        "id": name,
        "active": True,
        "identifier": [{"use": "usual", "system": _RECORD_NUMBERS, "value": f"sandbox-{name}"}],
        "name": [{"use": "official", "given": [full[0]], "family": full[1]}],
        "gender": gender,
        "birthDate": born,
    }


def _encounter(patient: str, day: date, at: time, reason: str) -> Json:
    """A visit that is going on; it has no end yet."""
    start = datetime.combine(day, at).astimezone()
    return {
        "resourceType": "Encounter",
        "id": encounter_id(patient, day),
        "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{patient}"},
        "participant": [{"individual": {"reference": PRACTITIONER, "display": "Dr. Daniel Reed"}}],
        "period": {"start": start.isoformat(timespec="seconds")},
        "reasonCode": [{"text": reason}],
        "serviceProvider": {"reference": ORGANIZATION},
    }


def _medication(name: str, patient: str, text: str, dose: str) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": f"{patient}-{name}",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": text},
        "subject": {"reference": f"Patient/{patient}"},
        "dosageInstruction": [{"text": dose}],
    }


def _allergy(name: str, patient: str, text: str, reaction: str) -> Json:
    return {
        "resourceType": "AllergyIntolerance",
        "id": f"{patient}-{name}",
        "clinicalStatus": {"coding": [{"system": _ALLERGY, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _ALLERGY_VERIFIED, "code": "confirmed"}]},
        "code": {"text": text},
        "patient": {"reference": f"Patient/{patient}"},
        "reaction": [{"manifestation": [{"text": reaction}]}],
    }


def _problem(name: str, patient: str, text: str, snomed: tuple[str, str]) -> Json:
    return {
        "resourceType": "Condition",
        "id": f"{patient}-{name}",
        "clinicalStatus": {"coding": [{"system": _CONDITION, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _CONDITION_VERIFIED, "code": "confirmed"}]},
        "category": [{"coding": [{"system": _CONDITION_CATEGORY, "code": "problem-list-item"}]}],
        "code": {
            "coding": [{"system": "http://snomed.info/sct", "code": snomed[0], "display": snomed[1]}],
            "text": text,
        },
        "subject": {"reference": f"Patient/{patient}"},
    }
