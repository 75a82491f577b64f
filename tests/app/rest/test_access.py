"""Every route × every role × own and foreign encounters. A new route fails here until it is decided about."""

from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.unit

ROLES = ("nobody", "clinician", "other", "coder", "admin")
"""``clinician`` owns the encounter, ``other`` is a clinician who does not."""

EDITS = {"version": 1, "edits": [{"op": "replace", "sentence": "s1", "text": "Changed."}]}
SIGNATURE = {"version": 1, "sha256": "0" * 64, "attestation": "I reviewed this."}
ADDENDUM = {"kind": "addendum", "text": "The result arrived."}
AMENDMENT = {**ADDENDUM, "sha256": "0" * 64, "attestation": "I reviewed this."}
HOOK = {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "p-1"}}
CHECK = {"encounter_id": "0123456789abcdef0123", "moment": "start"}
PASSWORDS = {"old": "a long enough password", "new": "a long enough password"}
PROOF = {"password": "not the password", "code": "123456"}
HOLD = {"reason": "asked for by a court"}
EMERGENCY = {"ehr_encounter_id": "never opened", "reason": "unconscious, no history"}
NEW_USER = {"username": "new", "name": "New", "role": "coder", "password": "a long enough password"}

# What each role is answered, in the order of ROLES. The encounter is drafted.
MATRIX: dict[tuple[str, str], tuple[Any, tuple[int, ...]]] = {
    ("GET", "/healthz"): (None, (200, 200, 200, 200, 200)),
    ("GET", "/readyz"): (None, (200, 200, 200, 200, 200)),
    ("GET", "/.well-known/jwks.json"): (None, (404, 404, 404, 404, 404)),
    ("GET", "/cds-services"): (None, (404, 404, 404, 404, 404)),
    ("POST", "/cds-services/{service}"): (HOOK, (404, 404, 404, 404, 404)),
    ("GET", "/api/ehr"): (None, (401, 200, 200, 403, 200)),
    ("GET", "/api/launches/{launch_id}"): (None, (401, 403, 403, 403, 403)),
    ("POST", "/api/launches/{launch_id}/check"): (CHECK, (401, 403, 403, 403, 403)),
    ("DELETE", "/api/launches/{launch_id}"): (None, (401, 403, 403, 403, 403)),
    ("POST", "/api/session"): ({"username": "x", "password": "y"}, (401, 401, 401, 401, 401)),
    ("GET", "/api/session/methods"): (None, (200, 200, 200, 200, 200)),
    ("GET", "/api/session"): (None, (401, 200, 200, 200, 200)),
    ("DELETE", "/api/session"): (None, (401, 204, 204, 204, 204)),
    ("PUT", "/api/session/password"): (PASSWORDS, (401, 204, 204, 204, 204)),
    ("PUT", "/api/users/{user_id}/password"): ({"password": "another long password"}, (401, 403, 403, 403, 204)),
    ("GET", "/api/users"): (None, (401, 403, 403, 403, 200)),
    ("POST", "/api/users"): (NEW_USER, (401, 403, 403, 403, 201)),
    ("DELETE", "/api/users/{user_id}"): (None, (401, 403, 403, 403, 204)),
    ("DELETE", "/api/users/{user_id}/identity"): (None, (401, 403, 403, 403, 404)),
    ("DELETE", "/api/users/{user_id}/second-factor"): (None, (401, 403, 403, 403, 404)),
    ("POST", "/api/session/second-factor"): (None, (401, 201, 201, 201, 201)),
    ("PUT", "/api/session/second-factor"): ({"code": "123456"}, (401, 401, 401, 401, 401)),
    ("POST", "/api/session/second-factor/remove"): (PROOF, (401, 401, 401, 401, 401)),
    ("GET", "/api/voice"): (None, (401, 200, 200, 200, 200)),
    ("PUT", "/api/voice"): (None, (401, 422, 422, 403, 403)),
    ("DELETE", "/api/voice"): (None, (401, 204, 204, 204, 204)),
    ("POST", "/api/emergency-access"): (EMERGENCY, (401, 404, 404, 403, 403)),
    ("GET", "/api/emergency-access"): (None, (401, 403, 403, 403, 200)),
    ("GET", "/api/administration/checks"): (None, (401, 403, 403, 403, 200)),
    ("GET", "/api/models"): (None, (401, 200, 200, 200, 200)),
    ("GET", "/api/administration/retention"): (None, (401, 403, 403, 403, 200)),
    ("PUT", "/api/administration/retention/holds/{held}"): (HOLD, (401, 403, 403, 403, 200)),
    ("DELETE", "/api/administration/retention/holds/{held}"): (None, (401, 403, 403, 403, 404)),
    ("GET", "/api/audit"): (None, (401, 403, 403, 403, 200)),
    ("GET", "/api/schedule"): (None, (401, 200, 200, 403, 403)),
    ("GET", "/api/encounters"): (None, (401, 200, 200, 200, 200)),
    ("POST", "/api/encounters"): ({"ehr_encounter_id": "ehr-1"}, (401, 201, 201, 403, 403)),
    ("GET", "/api/codes"): (None, (401, 200, 200, 200, 403)),
    ("GET", "/api/encounters/{encounter_id}"): (None, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/consent"): ({"given": True}, (401, 409, 404, 403, 404)),
    ("POST", "/api/encounters/{encounter_id}/ticket"): (None, (401, 201, 404, 201, 404)),
    ("POST", "/api/encounters/{encounter_id}/upload"): (None, (401, 409, 404, 403, 404)),
    ("GET", "/api/encounters/{encounter_id}/audio"): (None, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/note/edits"): (EDITS, (401, 200, 404, 403, 404)),
    ("GET", "/api/encounters/{encounter_id}/note/changes"): (None, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/patient-check"): (None, (401, 200, 404, 403, 404)),
    ("GET", "/api/encounters/{encounter_id}/preview"): (None, (401, 200, 404, 403, 404)),
    ("POST", "/api/encounters/{encounter_id}/sign"): (SIGNATURE, (401, 409, 404, 403, 404)),
    ("PUT", "/api/encounters/{encounter_id}/template"): ({"template": "soap", "version": 7}, (401, 409, 404, 403, 404)),
    ("GET", "/api/encounters/{encounter_id}/documents/{kind}"): (None, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/ask"): ({"text": "dizziness"}, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/transcript"): (None, (401, 422, 404, 403, 404)),
    ("POST", "/api/encounters/{encounter_id}/note/rewrite"): (
        {"version": 7, "how": "shorter"},
        (401, 409, 404, 403, 404),
    ),
    ("GET", "/api/templates"): (None, (401, 200, 200, 403, 200)),
    ("GET", "/api/templates/{name}/file"): (None, (401, 403, 403, 403, 200)),
    ("POST", "/api/templates/check"): ({"text": ""}, (401, 403, 403, 403, 422)),
    ("POST", "/api/templates/preview"): ({"name": "", "title": "", "sections": []}, (401, 403, 403, 403, 422)),
    ("PUT", "/api/templates/{name}"): ({"name": "x", "title": "", "sections": []}, (401, 403, 403, 403, 422)),
    ("DELETE", "/api/templates/{name}"): (None, (401, 403, 403, 403, 404)),
    ("GET", "/api/encounters/{encounter_id}/export"): (None, (401, 404, 404, 404, 404)),
    ("POST", "/api/encounters/{encounter_id}/submit"): (None, (401, 404, 404, 403, 404)),
    ("POST", "/api/encounters/{encounter_id}/submit/release"): (None, (401, 409, 404, 403, 404)),
    ("GET", "/api/encounters/{encounter_id}/amendments"): (None, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/amendments"): (AMENDMENT, (401, 404, 404, 403, 404)),
    ("POST", "/api/encounters/{encounter_id}/amendments/preview"): (ADDENDUM, (401, 404, 404, 403, 404)),
    ("POST", "/api/encounters/{encounter_id}/amendments/{number}/submit"): (None, (401, 404, 404, 403, 404)),
    ("POST", "/api/encounters/{encounter_id}/amendments/{number}/submit/release"): (None, (401, 409, 404, 403, 404)),
    ("PUT", "/api/encounters/{encounter_id}/codes/{code}"): ({"decision": "accepted"}, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/codes/{code}/change"): (
        {"to": "I10", "reason": "named otherwise"},
        (401, 200, 404, 200, 404),
    ),
    ("GET", "/api/coding/queue"): (None, (401, 403, 403, 200, 403)),
    ("GET", "/api/coding/agreement"): (None, (401, 403, 403, 200, 200)),
    ("GET", "/api/encounters/{encounter_id}/coding"): (None, (401, 200, 404, 200, 404)),
    ("PUT", "/api/encounters/{encounter_id}/coding/priority"): ({"priority": "soon"}, (401, 403, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/coding/audit"): ({"codes": ["I10"]}, (401, 200, 404, 200, 404)),
    ("GET", "/api/encounters/{encounter_id}/coding/claim"): (None, (401, 409, 404, 409, 404)),
    ("POST", "/api/encounters/{encounter_id}/coding/hints/{hint_id}/dismiss"): (None, (401, 200, 404, 200, 404)),
    ("POST", "/api/encounters/{encounter_id}/coding/{action}"): ({}, (401, 403, 404, 200, 404)),
}


def routes(app) -> Iterator[tuple[str, str]]:
    """Every method and path that the application serves as an operation."""
    for path, operations in app.openapi()["paths"].items():
        for method in operations:
            yield method.upper(), path


def test_every_route_is_decided_about(house) -> None:
    assert set(routes(house.client.app)) == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
def test_matrix(house, role: str) -> None:
    """Each route gets a fresh encounter and a fresh session; all wrong answers are shown at once."""
    wrong = {}
    for number, ((method, path), (body, expected)) in enumerate(MATRIX.items()):
        encounter = house.encounter(owner="clinician", ehr_id=f"matrix-{number}")
        target = house.store.add_user(f"target-{number}", "Target", "coder", "a long enough password")
        caller = house.client if role == "nobody" else house.sign_in(role)
        path = path.format(
            encounter_id=encounter.id,
            code="R42",
            user_id=target.id,
            name="soap",
            kind="letter",
            number=1,
            service="x",
            launch_id="x",
            hint_id="h1",
            action="claim",
            held=encounter.id,
        )
        path += "?q=I10" if path == "/api/codes" else ""
        headers = {"Content-Type": "audio/wav"} if path.endswith("upload") else {}
        answer = caller.request(method, path, json=body, headers=headers)
        if answer.status_code != expected[ROLES.index(role)]:
            wrong[method, path] = (answer.status_code, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert house.store.note(encounter.id).version == 1
    assert wrong == {}


@pytest.mark.parametrize("role", ROLES[1:])
def test_an_unknown_id_is_answered_like_a_foreign_one(house, role: str) -> None:
    caller = house.sign_in(role)
    for (method, path), (body, _) in MATRIX.items():
        if "encounter_id" not in path:
            continue
        headers = {"Content-Type": "audio/wav"} if path.endswith("upload") else {}
        unknown = path.format(
            encounter_id="0123456789abcdef0123", code="R42", number=1, kind="letter", hint_id="h1", action="claim"
        )
        answer = caller.request(method, unknown, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found.encounter"), path
        assert answer.json()["detail"] == "There is no such encounter."


@pytest.mark.parametrize(("state", "status"), [("open", 404), ("recording", 404), ("drafted", 200)])
def test_coders_see_finished_drafts_only(house, state: str, status: int) -> None:
    encounter = house.encounter(state=state)
    caller = house.sign_in("coder")
    assert caller.get(f"/api/encounters/{encounter.id}").status_code == status
    listed = [row["id"] for row in caller.get("/api/encounters").json()]
    assert listed == ([encounter.id] if status == 200 else [])


def test_refusals_are_audited(house) -> None:
    encounter = house.encounter()
    house.sign_in("other").get(f"/api/encounters/{encounter.id}")
    house.sign_in("coder").post(f"/api/encounters/{encounter.id}/sign", json=SIGNATURE)
    entries = house.store.audit_entries(target=f"encounter:{encounter.id}")[-2:]
    assert [(entry.action, entry.actor, entry.ids) for entry in entries] == [
        ("access.refused", house.people["other"].id, {"right": "read"}),
        ("access.refused", house.people["coder"].id, {"right": "write"}),
    ]
