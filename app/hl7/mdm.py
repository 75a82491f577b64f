"""A signed text as an MDM message: original (T02), addendum (T06), replacement (T10), cancel (T11)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.ehr.delivery import Kind, Outgoing
from app.ehr.profiles import DEFAULT_TYPE, TYPE_OF_TEMPLATE
from app.ehr.terminology import NOTE_TYPES
from app.hl7.message import Header, composite, escape, segment, timestamp
from app.hl7.people import Provider, Visit

EVENTS: Final[dict[Kind, tuple[str, str]]] = {
    "note": ("T02", "MDM_T02"),
    "addendum": ("T06", "MDM_T02"),
    "replacement": ("T10", "MDM_T02"),
    "retraction": ("T11", "MDM_T01"),
}
"""Trigger event and message structure (HL7 2.5.1, 9.6)."""

_KIND_OF_TYPE: Final = {"34117-2": "HP", "11488-4": "CN", "11506-3": "PR"}
"""Document types of HL7 table 0270 by LOINC code. PN is a procedure note there; a progress note is PR."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a message carries beside the text. ``status`` is TXA-17 of a signed document."""

    sender: str
    receiver: str
    status: str
    control: str
    at: datetime


def mdm(outgoing: Outgoing, visit: Visit, author: Provider, envelope: Envelope) -> str:
    """The whole message, segments ended by carriage returns."""
    event, structure = EVENTS[outgoing.kind]
    header = Header(envelope.sender, envelope.receiver, event, structure, envelope.control, envelope.at)
    lines = [
        header.segment(),
        segment("EVN", {1: event, 2: timestamp(envelope.at)}),
        visit.pid(),
        visit.pv1(author),
        _txa(outgoing, author, envelope.status),
    ]
    if outgoing.kind != "retraction":
        lines += _text(outgoing)
    return "".join(f"{line}\r" for line in lines)


def document_number(outgoing: Outgoing) -> str:
    """TXA-12: the number under which the document is known at both ends."""
    if outgoing.kind == "retraction" and outgoing.target is not None:
        return outgoing.target.id
    return outgoing.note.note_id


def _txa(outgoing: Outgoing, author: Provider, status: str) -> str:
    note, who = outgoing.note, author.xcn()
    loinc = TYPE_OF_TEMPLATE.get(note.template, DEFAULT_TYPE)
    gone = outgoing.kind == "retraction"
    fields = {
        1: "1",
        2: _KIND_OF_TYPE.get(loinc, "PR"),
        3: "TX",
        4: timestamp(note.start),
        5: who,
        6: timestamp(note.signed_at),
        9: who,
        10: who,
        12: composite(document_number(outgoing), "SIDENOTE"),
        17: status,
        19: "CA" if gone else "AV",
    }
    if outgoing.target is not None and not gone:
        fields[13] = composite(outgoing.target.id, "SIDENOTE")
    if status in ("AU", "LA"):
        fields[22] = author.ppn(note.signed_at)
    return segment("TXA", fields)


def _text(outgoing: Outgoing) -> list[str]:
    """One OBX for each line; an empty line holds a space, for an empty value would say nothing was observed."""
    loinc = TYPE_OF_TEMPLATE.get(outgoing.note.template, DEFAULT_TYPE)
    what = composite(loinc, NOTE_TYPES[loinc], "LN")
    lines = outgoing.note.text.decode().rstrip("\n").split("\n")
    return [
        segment("OBX", {1: str(place), 2: "TX", 3: what, 4: str(place), 5: escape(line) or " ", 11: "F"})
        for place, line in enumerate(lines, 1)
    ]
