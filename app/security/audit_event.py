"""Audit entries as FHIR R4 AuditEvents, for the systems that collect them.

R4 ``AuditEvent`` with the DICOM and HL7 code systems that it binds to; ids only, as in the entries themselves.
"""

from datetime import UTC
from typing import Any, Final

from app.records import AuditEntry

ACTIONS: Final = {
    "read": "R",
    "played": "R",
    "joined": "R",
    "asked": "R",
    "reviewed": "R",
    "exported": "R",
    "added": "C",
    "opened": "C",
    "created": "C",
    "erased": "D",
    "removed": "D",
}
"""The last word of an action → create, read, update, delete. Everything else that changes the record is an update."""

FAILED: Final = ("failed", "refused")
SIGN_INS: Final = ("user.signed_in", "user.sign_in_failed", "session.started", "session.ended", "session.expired")
EMERGENCY: Final = ("access.broke_glass", "access.emergency")

_TYPES: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_REASONS: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


def audit_event(entry: AuditEntry) -> dict[str, Any]:
    """One entry as a resource. Its number and head come along, so that the chain can be followed in the copies."""
    signing_in = entry.action in SIGN_INS
    what, _, which = entry.target.partition(":")
    event: dict[str, Any] = {
        "resourceType": "AuditEvent",
        "id": f"sidenote-{entry.number}",
        "type": (
            {"system": _DICOM, "code": "110114", "display": "User Authentication"}
            if signing_in
            else {"system": _TYPES, "code": "rest", "display": "RESTful Operation"}
        ),
        "subtype": [{"system": "urn:sidenote:audit-action", "code": entry.action}],
        "action": "E" if signing_in else ACTIONS.get(entry.action.rpartition(".")[2].rpartition("_")[2], "U"),
        "recorded": entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "outcome": "4" if entry.action.endswith(FAILED) else "0",
        "agent": [
            {
                "who": {"identifier": {"system": "urn:sidenote:user", "value": entry.actor}},
                "requestor": entry.actor != "system",
            }
        ],
        "source": {"observer": {"display": "Sidenote"}},
        "entity": [
            {
                "what": {"identifier": {"system": f"urn:sidenote:{what}", "value": which or what}},
                "detail": [
                    {"type": name, "valueString": value}
                    for name, value in [
                        ("number", str(entry.number)),
                        ("head", entry.head),
                        *sorted(entry.ids.items()),
                    ]
                ],
            }
        ],
    }
    if entry.action in EMERGENCY:
        event["purposeOfEvent"] = [{"coding": [{"system": _REASONS, "code": "BTG", "display": "break the glass"}]}]
    return event
