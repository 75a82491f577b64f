"""Every error has one shape, a stable code, and repeats nothing of the request."""

import json
import logging

import pytest

from app.errors import Broken, SidenoteError, Unavailable
from app.wire.resources import Problem

pytestmark = pytest.mark.unit

SAID = "quokka"


def shape(answer) -> dict[str, object]:
    """The problem in an answer, checked."""
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    problem = Problem.model_validate({name: body[name] for name in Problem.model_fields})
    assert problem.status == answer.status_code
    assert problem.type == f"urn:sidenote:{problem.code}"
    assert SAID not in answer.text
    return body


MALFORMED = (
    ("POST", "/api/session", {"content": f'{{"username": "{SAID}'.encode()}),
    ("POST", "/api/session", {"content": b"\xff\xfe"}),
    ("POST", "/api/session", {"json": {"username": [SAID], "password": SAID}}),
    ("POST", "/api/session", {"json": {"username": SAID * 100, "password": "x"}}),
    ("POST", "/api/session", {"json": {"username": "a", "password": "b", SAID: SAID}}),
    ("POST", "/api/session", {"json": [SAID]}),
    ("POST", "/api/session", {}),
    ("POST", "/api/encounters", {"json": {"ehr_encounter_id": SAID * 100}}),
    ("GET", f"/api/codes?q={SAID * 50}", {}),
    ("GET", f"/api/encounters/x/audio?start={SAID}", {}),
    ("PUT", f"/api/encounters/x/codes/{SAID}{SAID}", {"json": {"decision": SAID}}),
    ("POST", "/api/encounters/x/note/edits", {"json": {"version": 1, "edits": [{"op": SAID, "text": SAID}]}}),
)


def test_malformed_requests(house) -> None:
    caller, encounter = house.sign_in("clinician"), house.encounter().id
    for method, path, options in MALFORMED:
        headers = {"Content-Type": "application/json"} if "content" in options else {}
        problem = shape(caller.request(method, path.replace("/x/", f"/{encounter}/"), headers=headers, **options))
        assert (problem["status"], problem["code"]) == (422, "input.invalid"), path
        assert problem["errors"], path


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found.route"),
        ("POST", "/api/nothing", 405, "input.method"),
        ("PATCH", "/api/session", 405, "input.method"),
        ("GET", "/nothing.html", 404, "not_found.route"),
        ("GET", "/..%2f..%2fetc/passwd", 404, "not_found.route"),
        ("GET", "/api/session", 401, "auth.required"),
    ],
)
def test_the_rest_of_http(house, method: str, path: str, status: int, code: str) -> None:
    problem = shape(house.client.request(method, path))
    assert (problem["status"], problem["code"]) == (status, code)


@pytest.mark.parametrize(
    ("error", "status", "code", "retryable"),
    [
        (Unavailable("The disk is full.", code="unavailable.disk"), 503, "unavailable.disk", True),
        (Broken("Stored data failed its integrity check.", code="broken.sealed"), 500, "broken.sealed", False),
        (SidenoteError("Something."), 500, "broken.internal", False),
        (RuntimeError(SAID), 500, "broken.internal", False),
        (KeyError(SAID), 500, "broken.internal", False),
    ],
)
def test_failures_inside(house, monkeypatch, caplog, error: Exception, status: int, code: str, retryable: bool) -> None:
    def fail(*_: object) -> None:
        raise error

    caller = house.sign_in("clinician")
    monkeypatch.setattr(type(house.store), "encounters", fail)
    with caplog.at_level(logging.DEBUG):
        problem = shape(caller.get("/api/encounters"))
    assert (problem["status"], problem["code"], problem["retryable"]) == (status, code, retryable)
    assert any(record.levelno == logging.ERROR and record.name.startswith("app.") for record in caplog.records)
    assert SAID not in caplog.text


def test_facts_for_machines_do_not_hide_the_problem(house, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise Unavailable("Wait.", next_sample=5, status="quiet", code="unavailable.part")

    caller = house.sign_in("clinician")
    monkeypatch.setattr(type(house.store), "encounters", fail)
    problem = shape(caller.get("/api/encounters"))
    assert (problem["next_sample"], problem["status"]) == (5, 503)


def test_the_openapi_names_the_shape(house) -> None:
    document = house.client.get("/api/openapi.json").json()
    for path, operations in document["paths"].items():
        if path.startswith("/api"):
            for operation in operations.values():
                for status in ("422", "default"):
                    assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in json.dumps(document["paths"])
