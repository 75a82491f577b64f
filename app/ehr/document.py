"""The note as it leaves: the exact text that is signed, and the FHIR R4 DocumentReference that carries it.

The text is made once, at preview; its bytes are what the clinician signs, what is stored and what is sent.
"""

import base64
import hashlib
import json
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from fhir.resources.R4B.documentreference import DocumentReference

from app.ehr.profiles import DEFAULT_TYPE, TYPE_OF_TEMPLATE, US_CORE_DOCUMENT
from app.ehr.terminology import CATEGORIES, LOINC, NOTE_TYPES, OBSERVATION_VALUES
from prompts import layout
from prompts.templates import HEADINGS, Template, load, render
from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.notes import Note, NoteSentence

NOTE_SYSTEM: Final = "urn:uuid:8d1f6f0e-5c0b-4b0e-9d55-0f6f3f2f6c11"
"""The identifier system of Sidenote's notes; one value per filed document."""

_VERSION_SPACE: Final = uuid.UUID("5b0d2a54-7a0e-4b52-8e55-3c9d6a1f7e20")

DISCLOSURE: Final = "Drafted with AI assistance from what was said in the visit."
"""The line that tells every reader, in every EHR, that AI helped; preflight refuses a note without one."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above and below a note: whose visit it was, when, and who approves the text.

    ``remarks`` are further lines at its head, such as which note it replaces.
    """

    chart: Chart
    clinician: str
    day: date
    remarks: tuple[str, ...] = ()


def note_text(note: Note, letterhead: Letterhead, codes: Sequence[CodeSuggestion] = ()) -> str:
    """The whole note as plain text: the same input always gives the same bytes.

    Bullets are ASCII, sections are parted by one blank line, lines are never wrapped. ``codes`` are the ones the
    clinician accepted. What the visit never touched stands apart, under the words of the format, away from any denial.
    """
    template = load(note.template)
    blocks = [head(template.title, letterhead)]
    for title, sentences in render(note, template):
        if sentences:
            blocks.append([title.upper(), *_section(note, title, sentences, template)])
    shown = set(template.order())
    others = [sentence for sentence in note.sentences if sentence.division not in shown]
    if others:
        blocks.append(["OTHER", *_section(note, "Other", others, template)])
    if codes:
        blocks.append(["DIAGNOSIS CODES (ICD-10-CM), accepted by the clinician", *(_code(code) for code in codes)])
    missing = [division for division in note.not_discussed if division in shown]
    if missing:
        blocks.append(
            [
                clean(template.style.not_discussed).rstrip(".").upper(),
                *(f"- {HEADINGS[division]}" for division in missing),
            ]
        )
    blocks.append([DISCLOSURE, f"Reviewed and approved by {clean(letterhead.clinician)}."])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def head(title: str, letterhead: Letterhead) -> list[str]:
    """The first lines of a text: its title and whose visit it is about."""
    chart, lines = letterhead.chart, [title.upper()]
    if chart.patient_name:
        born = f", born {chart.birth_date.isoformat()}" if chart.birth_date else ""
        lines.append(f"Patient: {clean(chart.patient_name)}{born}")
    lines.append(f"Date of service: {letterhead.day.isoformat()}")
    lines.append(f"Clinician: {clean(letterhead.clinician)}")
    return [*lines, *(clean(remark) for remark in letterhead.remarks)]


def _section(note: Note, title: str, sentences: Sequence[NoteSentence], template: Template) -> Iterator[str]:
    """The lines of a section, set as the format or the clinician wants them."""
    readable = [replace(sentence, text=clean(sentence.text)) for sentence in sentences]
    return layout.lines(note, title, readable, template)


def _code(code: CodeSuggestion) -> str:
    return f"- {clean(code.code)} {clean(code.display)}"


def clean(text: str) -> str:
    """One line of readable characters: white space runs become one space, invisible controls go."""
    spaced = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join(unicodedata.normalize("NFC", spaced).split())


@dataclass(frozen=True, slots=True)
class Participants:
    """Whose note it is. All are relative references (``Patient/1``)."""

    patient: str
    encounter: str
    author: str
    author_name: str
    custodian: str | None


@dataclass(frozen=True, slots=True)
class Relation:
    """How a document relates to one already filed, whose resource id is ``target``."""

    code: Literal["appends", "replaces"]
    target: str


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A signed note ready to be wrapped. Times carry an offset; ``text`` is exactly what was signed.

    ``note_id`` is unique to this document; ``start`` and ``end`` bound the visit.
    """

    text: bytes
    note_id: str
    template: str
    participants: Participants
    signed_at: datetime
    start: datetime
    end: datetime
    relation: Relation | None = None


def document_reference(note: SignedNote, *, ai_label: bool = True) -> dict[str, Any]:
    """The canonical US Core DocumentReference of a signed note, as JSON data.

    ``ai_label`` adds the security label AIAST, which some older servers do not know. Vendor shapes are cut from
    this one by :func:`app.ehr.profiles.shaped`.
    """
    code = TYPE_OF_TEMPLATE.get(note.template, DEFAULT_TYPE)
    name = NOTE_TYPES[code]
    who = note.participants
    body: dict[str, Any] = {
        "meta": _meta(ai_label),
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": version_uri(note)},
        "identifier": [{"use": "official", "system": NOTE_SYSTEM, "value": note.note_id}],
        "status": "current",
        "docStatus": "amended" if note.relation else "final",
        "type": {"coding": [{"system": LOINC, "code": code, "display": name}], "text": name},
        "category": [_category()],
        "subject": {"reference": who.patient},
        "date": timestamp(note.signed_at),
        "author": [{"reference": who.author, "display": clean(who.author_name)}],
        "description": f"{name}, {note.start.date().isoformat()}",
        "content": [{"attachment": _attachment(note, name)}],
        "context": {
            "encounter": [{"reference": who.encounter}],
            "period": {"start": timestamp(note.start), "end": timestamp(note.end)},
        },
    }
    if who.custodian:
        body["custodian"] = {"reference": who.custodian}
    if note.relation:
        target = {"reference": f"DocumentReference/{note.relation.target}"}
        body["relatesTo"] = [{"code": note.relation.code, "target": target}]
    document: dict[str, Any] = json.loads(DocumentReference.model_validate(body).model_dump_json())
    return document


def version_uri(note: SignedNote) -> str:
    """The ``urn:uuid`` of exactly this text under this id: the same note always gets the same one."""
    digest = hashlib.sha256(note.text).hexdigest()
    return f"urn:uuid:{uuid.uuid5(_VERSION_SPACE, f'{note.note_id}/{digest}')}"


def timestamp(moment: datetime) -> str:
    """A FHIR instant with whole seconds and offset."""
    return moment.isoformat(timespec="seconds")


def _meta(ai_label: bool) -> dict[str, Any]:
    meta: dict[str, Any] = {"profile": [US_CORE_DOCUMENT]}
    if ai_label:
        meta["security"] = [AI_LABEL]
    return meta


AI_LABEL: Final = {
    "system": OBSERVATION_VALUES,
    "code": "AIAST",
    "display": "Artificial Intelligence asserted",
}


def _category() -> dict[str, Any]:
    coding = {"system": CATEGORIES, "code": "clinical-note", "display": "Clinical Note"}
    return {"coding": [coding], "text": "Clinical Note"}


def _attachment(note: SignedNote, title: str) -> dict[str, Any]:
    """Size and hash are of the decoded bytes; FHIR R4 asks for SHA-1."""
    return {
        "contentType": "text/plain; charset=utf-8",
        "language": "en-US",
        "data": base64.b64encode(note.text).decode(),
        "size": len(note.text),
        "hash": base64.b64encode(hashlib.sha1(note.text, usedforsecurity=False).digest()).decode(),
        "title": title,
        "creation": timestamp(note.signed_at),
    }
