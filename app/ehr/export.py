"""A signed note to take away: a FHIR R4 document Bundle that stands on its own.

No EHR is known to take notes in this form; it is for archives, other readers, and people. The exact signed text is
inside as a Binary, beside a Composition with the note's sections.
"""

import base64
import html
import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fhir.resources.R4B.bundle import Bundle

from app.ehr.document import NOTE_SYSTEM, timestamp
from app.ehr.profiles import DEFAULT_TYPE, TYPE_OF_TEMPLATE
from app.ehr.terminology import LOINC, NOTE_TYPES
from app.records import Consent
from prompts.templates import load, render
from visit.charts import Chart
from visit.notes import Note, NoteSentence

_SPACE: Final = uuid.UUID("0c9a3b52-0d0c-4c58-8a1b-3f3c8d9b1e64")
_CONSENT_SCOPE: Final = "http://terminology.hl7.org/CodeSystem/consentscope"
_SECTION_CODES: Final = {
    "subjective": ("61150-9", "Subjective Narrative"),
    "objective": ("61149-1", "Objective Narrative"),
    "assessment": ("51848-0", "Evaluation note"),
    "plan": ("18776-5", "Plan of care note"),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """What an export holds. ``note_id`` is unique to this signed version; times carry an offset."""

    note_id: str
    note: Note
    text: bytes
    chart: Chart
    clinician: str
    start: datetime
    signed_at: datetime
    consent: Consent | None = None


def document_bundle(signed: Signed) -> dict[str, Any]:
    """The document Bundle of a signed note, as JSON data; the same note always gives the same one."""
    practitioner = {"resourceType": "Practitioner", "name": [{"text": signed.clinician}]}
    encounter = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": _link(signed, "patient"),
        "period": {"start": timestamp(signed.start)},
    }
    binary = {
        "resourceType": "Binary",
        "contentType": "text/plain; charset=utf-8",
        "data": base64.b64encode(signed.text).decode(),
    }
    entries = {
        "composition": _composition(signed),
        "patient": _patient(signed.chart),
        "practitioner": practitioner,
        "encounter": encounter,
        "text": binary,
    }
    if signed.consent is not None:
        entries["consent"] = _consent(signed, signed.consent)
    body = {
        "identifier": {"system": NOTE_SYSTEM, "value": signed.note_id},
        "type": "document",
        "timestamp": timestamp(signed.signed_at),
        "entry": [{"fullUrl": _url(signed, name), "resource": resource} for name, resource in entries.items()],
    }
    bundle: dict[str, Any] = json.loads(Bundle.model_validate(body).model_dump_json())
    return bundle


def _url(signed: Signed, name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_SPACE, f'{signed.note_id}/{name}')}"


def _link(signed: Signed, name: str) -> dict[str, str]:
    return {"reference": _url(signed, name)}


def _patient(chart: Chart) -> dict[str, Any]:
    patient: dict[str, Any] = {"resourceType": "Patient"}
    if chart.patient_name:
        patient["name"] = [{"text": chart.patient_name}]
    if chart.sex in ("male", "female", "other", "unknown"):
        patient["gender"] = chart.sex
    if chart.birth_date:
        patient["birthDate"] = chart.birth_date.isoformat()
    if chart.patient_id and len(patient) == 1:
        patient["id"] = chart.patient_id
    return patient


def _consent(signed: Signed, consent: Consent) -> dict[str, Any]:
    """The patient's answer to being recorded, as the clinician wrote it down.

    FHIR R4 has no scope for recordings; the policy is named in words.
    """
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": _CONSENT_SCOPE, "code": "treatment", "display": "Treatment"}]},
        "category": [{"text": "Audio recording of a visit for documentation"}],
        "patient": _link(signed, "patient"),
        "dateTime": timestamp(consent.at.astimezone()),
        "performer": [_link(signed, "patient")],
        "policyRule": {"text": f"Answered {consent.method}; noted by {consent.by}"},
        "provision": {
            "type": "permit" if consent.given else "deny",
            "data": [
                {"meaning": "related", "reference": _link(signed, "encounter")},
            ],
        },
    }


def _composition(signed: Signed) -> dict[str, Any]:
    template = load(signed.note.template)
    code = TYPE_OF_TEMPLATE.get(signed.note.template, DEFAULT_TYPE)
    name = NOTE_TYPES[code]
    sections = [_section(title, sentences) for title, sentences in render(signed.note, template) if sentences]
    return {
        "resourceType": "Composition",
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": code, "display": name}], "text": name},
        "subject": _link(signed, "patient"),
        "encounter": _link(signed, "encounter"),
        "date": timestamp(signed.signed_at),
        "author": [_link(signed, "practitioner")],
        "title": template.title,
        "attester": [
            {"mode": "legal", "time": timestamp(signed.signed_at), "party": _link(signed, "practitioner")},
        ],
        "section": [*sections, *_attached(signed)],
    }


def _attached(signed: Signed) -> list[dict[str, Any]]:
    """Sections that only point at a resource of this document."""
    attached = {"Signed text": "text"} | ({"Consent to recording": "consent"} if signed.consent else {})
    return [{"title": title, "entry": [_link(signed, name)]} for title, name in attached.items()]


def _section(title: str, sentences: tuple[NoteSentence, ...]) -> dict[str, Any]:
    items = "".join(f"<li>{html.escape(sentence.text)}</li>" for sentence in sentences)
    section: dict[str, Any] = {
        "title": title,
        "text": {"status": "additional", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><ul>{items}</ul></div>'},
    }
    if title.casefold() in _SECTION_CODES:
        code, display = _SECTION_CODES[title.casefold()]
        section["code"] = {"coding": [{"system": LOINC, "code": code, "display": display}]}
    return section
