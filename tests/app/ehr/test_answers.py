"""What an answer of the EHR means for a note that was sent."""

import json
from typing import Any

import httpx
import pytest

from app.ehr.answers import Meaning, created_id, read_answer
from app.ehr.transport import Reply

pytestmark = pytest.mark.unit


def reply(status: int, body: dict[str, Any] | None = None, **headers: str) -> Reply:
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return Reply(status, named, json.dumps(body).encode() if body else b"", body)


@pytest.mark.parametrize(
    ("status", "headers", "meaning"),
    [
        (201, {"location": "DocumentReference/7"}, Meaning.CREATED),
        (200, {"location": "DocumentReference/7"}, Meaning.EXISTS),
        (201, {}, Meaning.UNKNOWN),
        (202, {}, Meaning.ACCEPTED),
        (204, {}, Meaning.UNKNOWN),
        (302, {}, Meaning.UNKNOWN),
        (400, {}, Meaning.REFUSED),
        (401, {}, Meaning.NOT_ALLOWED),
        (403, {}, Meaning.NOT_ALLOWED),
        (404, {}, Meaning.REFUSED),
        (408, {}, Meaning.UNKNOWN),
        (409, {}, Meaning.CONFLICT),
        (412, {}, Meaning.CONFLICT),
        (413, {}, Meaning.REFUSED),
        (422, {}, Meaning.REFUSED),
        (429, {}, Meaning.BUSY),
        (500, {}, Meaning.UNKNOWN),
        (502, {}, Meaning.UNKNOWN),
        (503, {}, Meaning.UNKNOWN),
        (503, {"retry_after": "3"}, Meaning.BUSY),
        (504, {}, Meaning.UNKNOWN),
    ],
)
def test_each_status_means_one_thing(status: int, headers: dict[str, str], meaning: Meaning) -> None:
    answer = read_answer(reply(status, **headers), "DocumentReference")
    assert answer.meaning is meaning
    assert (answer.problem is None) == (meaning in (Meaning.CREATED, Meaning.EXISTS))


@pytest.mark.parametrize(
    "location",
    [
        "DocumentReference/a-7.b",
        "/fhir/DocumentReference/a-7.b",
        "https://ehr.test/fhir/DocumentReference/a-7.b",
        "https://ehr.test/fhir/DocumentReference/a-7.b/_history/1",
        "DocumentReference/a-7.b/_history/3",
        "https://ehr.test/fhir/DocumentReference/a-7.b/",
    ],
)
def test_the_id_is_read_from_every_form_of_location(location: str) -> None:
    assert created_id(reply(201, location=location), "DocumentReference") == "a-7.b"


def test_the_id_is_read_from_the_body_when_there_is_no_location() -> None:
    body = {"resourceType": "DocumentReference", "id": "9"}
    assert created_id(reply(201, body), "DocumentReference") == "9"
    assert created_id(reply(201, {"resourceType": "Patient", "id": "9"}), "DocumentReference") is None


def test_an_outcome_names_places_and_never_repeats_its_free_text() -> None:
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "required",
                "diagnostics": "Maria Alvarez has a cough",
                "details": {"text": "Maria Alvarez"},
                "expression": ["DocumentReference.context.encounter[0]", "Maria Alvarez has a cough"],
            },
            {"severity": "warning", "code": "informational", "expression": ["DocumentReference.date"]},
        ],
    }
    problem = read_answer(reply(422, outcome), "DocumentReference").problem
    assert problem is not None
    assert "required at DocumentReference.context.encounter[0]" in problem
    assert "Maria" not in problem
    assert "DocumentReference.date" not in problem


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7.0), ("-3", 0.0), ("Mon, 02 Mar 2026 10:00:30 GMT", 30.0), ("soon", None)]
)
def test_retry_after_is_read_as_seconds(value: str, seconds: float | None) -> None:
    answer = read_answer(reply(429, retry_after=value, date="Mon, 02 Mar 2026 10:00:00 GMT"), "DocumentReference")
    assert answer.retry_after_s == seconds
