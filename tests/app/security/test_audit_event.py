"""Audit entries as FHIR AuditEvents."""

from datetime import UTC, datetime

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from app.records import AuditEntry
from app.security.audit_event import audit_event

pytestmark = pytest.mark.unit


def entry(action: str, actor: str = "user-1", **ids: str) -> AuditEntry:
    at = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    return AuditEntry(7, at, actor, action, "encounter:abc", ids, "ff" * 32)


@pytest.mark.parametrize(
    ("action", "letter", "outcome"),
    [
        ("encounter.read", "R", "0"),
        ("audio.played", "R", "0"),
        ("user.added", "C", "0"),
        ("encounter.opened", "C", "0"),
        ("audio.erased", "D", "0"),
        ("user.factor_removed", "D", "0"),
        ("note.signed", "U", "0"),
        ("access.refused", "U", "4"),
        ("user.signed_in", "E", "0"),
        ("user.sign_in_failed", "E", "4"),
    ],
)
def test_actions_and_outcomes(action: str, letter: str, outcome: str) -> None:
    event = audit_event(entry(action))
    AuditEvent.model_validate(event)
    assert (event["action"], event["outcome"]) == (letter, outcome)
    assert event["recorded"] == "2026-01-02T03:04:05.678Z"


def test_who_what_and_the_place_in_the_chain() -> None:
    event = audit_event(entry("note.signed", version="3"))
    assert event["agent"][0]["who"]["identifier"]["value"] == "user-1"
    assert event["agent"][0]["requestor"] is True
    (entity,) = event["entity"]
    assert entity["what"]["identifier"] == {"system": "urn:sidenote:encounter", "value": "abc"}
    detail = {row["type"]: row["valueString"] for row in entity["detail"]}
    assert detail == {"number": "7", "head": "ff" * 32, "version": "3"}
    assert audit_event(entry("transcript.final", actor="system"))["agent"][0]["requestor"] is False


def test_emergency_access_says_why() -> None:
    event = audit_event(entry("access.broke_glass"))
    AuditEvent.model_validate(event)
    assert event["purposeOfEvent"][0]["coding"][0]["code"] == "BTG"
    assert "purposeOfEvent" not in audit_event(entry("encounter.read"))
