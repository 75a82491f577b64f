"""Decided codes in the forms that billing takes: FHIR Conditions as encounter diagnoses, and CSV."""

import csv
import io
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fhir.resources.R4B.bundle import Bundle

from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.ids import EncounterId

ICD_10_CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
_SPACE: Final = uuid.UUID("6b0b7a55-0d25-4c3a-9a63-7d1f3f9f6d21")
_CATEGORY: Final = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}]
}
_CONFIRMED: Final = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]
}


@dataclass(frozen=True, slots=True)
class Coded:
    """The accepted codes of a visit in claim order. ``at`` is when coding was finished, with an offset."""

    encounter: EncounterId
    ehr_encounter_id: str
    chart: Chart
    codes: Sequence[CodeSuggestion]
    coder: str
    at: datetime


def conditions(coded: Coded) -> dict[str, Any]:
    """A FHIR R4 collection of one Condition a code, in claim order, each an ``encounter-diagnosis``.

    ``Claim.diagnosis`` may refer to them by ``fullUrl``; the position in the Bundle is the sequence.
    """
    entries = [{"fullUrl": _url(coded, code), "resource": _condition(coded, code)} for code in coded.codes]
    body = {"type": "collection", "timestamp": coded.at.isoformat(timespec="seconds"), "entry": entries}
    bundle: dict[str, Any] = json.loads(Bundle.model_validate(body).model_dump_json())
    return bundle


def _condition(coded: Coded, code: CodeSuggestion) -> dict[str, Any]:
    patient = coded.chart.patient_id
    words = [{"detail": [{"display": text}]} for text in _noted(code)]
    return {
        "resourceType": "Condition",
        "verificationStatus": _CONFIRMED,
        "category": [_CATEGORY],
        "code": {"coding": [{"system": ICD_10_CM, "code": code.code, "display": code.display}]},
        "subject": {"reference": f"Patient/{patient}"} if patient else {"display": "patient of the encounter"},
        "encounter": {"reference": f"Encounter/{coded.ehr_encounter_id}"},
        "recordedDate": coded.at.isoformat(timespec="seconds"),
        "recorder": {"display": coded.coder},
        **({"evidence": words} if words else {}),
    }


def _noted(code: CodeSuggestion) -> list[str]:
    """The words of the signed note that a code rests on; what was only spoken stays here."""
    return [e.text for e in code.evidence if e.text and e.sentence is not None]


def _url(coded: Coded, code: CodeSuggestion) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{coded.encounter}/{code.code}')}"


def table(coded: Coded) -> str:
    """The same as CSV: sequence, code, display, system, the words it rests on, who coded, when.

    A cell that a spreadsheet would take for a formula is kept as text by an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["sequence", "code", "display", "system", "evidence", "coder", "coded_at"])
    for number, code in enumerate(coded.codes, 1):
        words = " … ".join(_noted(code))
        cells = [code.code, code.display, ICD_10_CM, words, coded.coder, coded.at.isoformat(timespec="seconds")]
        writer.writerow([number, *(f"'{cell}" if cell[:1] in "=+-@\t\r" else cell for cell in cells)])
    return out.getvalue()
