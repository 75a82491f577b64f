"""What a FHIR server's answer to a create means for the note that was sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from app.ehr.transport import Reply

_PLACE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*|\[\d{1,4}\]|\.\d{1,4})*")
_CODE = re.compile(r"[a-z][a-z\-]{1,40}")


class Meaning(StrEnum):
    """What became of a create. Only ``CREATED`` and ``EXISTS`` say that the document is there."""

    CREATED = "created"
    EXISTS = "exists"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_ALLOWED = "not_allowed"
    CONFLICT = "conflict"
    BUSY = "busy"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The meaning of an answer, the id it gave, and a problem in plain words without PHI."""

    meaning: Meaning
    id: str | None = None
    problem: str | None = None
    retry_after_s: float | None = None


def read_answer(reply: Reply, resource_type: str, known: str | None = None) -> Answer:
    """The meaning of the reply to ``POST [base]/<resource_type>``, or to an update of the resource ``known``."""
    status = reply.status
    if status in (200, 201):
        found = known or created_id(reply, resource_type)
        meaning = Meaning.CREATED if status == 201 else Meaning.EXISTS
        if found is not None:
            return Answer(meaning, found)
        return Answer(Meaning.UNKNOWN, problem=f"The EHR answered {status} but did not say where the document is.")
    if status == 202:
        return Answer(Meaning.ACCEPTED, problem="The EHR took the document for review (202).")
    if status in (401, 403):
        why = "does not accept our access token" if status == 401 else "does not allow this account to file documents"
        return Answer(Meaning.NOT_ALLOWED, problem=f"The EHR {why} ({status}). Nothing was filed.")
    if status in (409, 412):
        return Answer(Meaning.CONFLICT, problem=f"The EHR sees a conflict ({status}); a person must look.")
    if status == 429 or (status == 503 and "retry-after" in reply.headers):
        wait = _seconds(reply.headers.get("retry-after"), reply.headers.get("date"))
        return Answer(Meaning.BUSY, problem=f"The EHR is busy ({status}). Nothing was filed.", retry_after_s=wait)
    if 400 <= status < 500 and status != 408:
        return Answer(Meaning.REFUSED, problem=f"The EHR refused the document ({status}{_places(reply.body)}).")
    return Answer(Meaning.UNKNOWN, problem=f"The EHR answered {status}; the document may or may not be filed.")


def created_id(reply: Reply, resource_type: str) -> str | None:
    """The id in Location (absolute or relative, with or without history), else in the body."""
    location = reply.headers.get("location", "")
    match = re.search(rf"(?:^|/){resource_type}/([A-Za-z0-9\-.]{{1,64}})(?:/_history/[^/]*)?/?$", location)
    if match:
        return match[1]
    body = reply.body or {}
    found = body.get("id")
    return found if body.get("resourceType") == resource_type and isinstance(found, str) else None


def _places(outcome: dict[str, Any] | None) -> str:
    """Issue codes and element paths of an OperationOutcome; its free text may quote the note and is left out."""
    named = list(dict.fromkeys(_issue_places(outcome)))[:8]
    return f": {'; '.join(named)}" if named else ""


def _issue_places(outcome: dict[str, Any] | None) -> Iterator[str]:
    issues = outcome.get("issue") if outcome and outcome.get("resourceType") == "OperationOutcome" else None
    for issue in issues if isinstance(issues, list) else []:
        if not isinstance(issue, dict) or issue.get("severity") in ("information", "warning"):
            continue
        code = issue.get("code")
        label = code if isinstance(code, str) and _CODE.fullmatch(code) else "error"
        places = issue.get("expression") or issue.get("location")
        for place in places if isinstance(places, list) else [None]:
            shown = isinstance(place, str) and len(place) <= 200 and _PLACE.fullmatch(place)
            yield f"{label} at {place}" if shown else str(label)


def _seconds(value: str | None, now: str | None) -> float | None:
    """Retry-After in seconds: a number, or an HTTP date measured against the answer's own Date."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(str(now))).total_seconds())
    except (ValueError, TypeError):
        return None
