"""Every route × every role × own and foreign encounters. A new route fails here until it is decided about."""

import time
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import WebSocketDenialResponse

from app.records import Encounter
from app.store.amendments import NewAmendment as DraftAmendment

pytestmark = pytest.mark.unit

ORIGIN = "http://127.0.0.1:8000"
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
    ("PUT", "/api/users/{user_id}/role"): ({"role": "admin"}, (401, 403, 403, 403, 204)),
    ("POST", "/api/users/{user_id}/unlock"): (None, (401, 403, 403, 403, 409)),
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


# What the description of the API leaves out: for machines, and pages that a browser visits by itself.
UNLISTED = {
    "/api/openapi.json": 200,
    "/metrics": 403,
    "/smart/launch": 404,
    "/smart/callback": 404,
    "/oidc/sign-in": 404,
    "/oidc/callback": 404,
    "/oidc/sign-out": 303,
}
STREAM = "/api/stream"

NO_CHART = {
    "/healthz",
    "/readyz",
    "/api/ehr",
    "/api/session",
    "/api/session/methods",
    "/api/users",
    "/api/voice",
    "/api/administration/checks",
    "/api/models",
    "/api/codes",
    "/api/coding/agreement",
    "/api/templates",
    "/api/templates/{name}/file",
}
"""Reads that show nothing of any patient, and leave no entry."""


def served(app) -> set[tuple[str, str]]:
    """Every method and path that the application serves, but for the files of the page."""
    found = set()
    for route in iter_route_contexts(app.routes):
        found |= {(method, route.path) for method in (route.methods or {"WEBSOCKET"}) - {"HEAD"} if route.path}
    return found


def test_every_route_is_decided_about(house) -> None:
    beside = {("GET", path) for path in UNLISTED} | {("WEBSOCKET", STREAM)}
    assert served(house.client.app) == set(MATRIX) | beside


def ask(house, caller, method: str, path: str, body: Any, encounter: Encounter | None, **ids: str) -> Any:
    """One request; a look at a chart that was allowed must have left an entry of this person's."""
    names = {"code": "R42", "name": "soap", "kind": "letter", "number": 1, "service": "x", "launch_id": "x"}
    names |= {"hint_id": "h1", "action": "claim", **ids}
    names |= {"encounter_id": encounter.id, "held": encounter.id} if encounter else {}
    url = path.format(**names) + ("?q=I10" if path == "/api/codes" else "")
    headers = {"Content-Type": "audio/wav"} if path.endswith("upload") else {}
    before = house.store.audit_end()[0]
    answer = caller.request(method, url, json=body, headers=headers)
    if method == "GET" and answer.status_code == 200 and path not in NO_CHART:
        who = house.store.session(caller.cookies["sidenote"]).user.id
        about = f"encounter:{encounter.id}" if "{encounter_id}" in path and encounter else None
        looks = [entry for entry in house.store.audit_entries(after=before) if entry.actor == who]
        assert [look for look in looks if about in (look.target, None)], f"{path} was read and nobody wrote it down"
    return answer


ENDS_THE_SESSION = {("DELETE", "/api/session")}


@pytest.mark.parametrize("role", ROLES)
def test_matrix(house, role: str) -> None:
    """Each route gets a fresh encounter; all wrong answers are shown at once."""
    wrong = {}
    caller = house.client if role == "nobody" else house.sign_in(role)
    for number, ((method, path), (body, expected)) in enumerate(MATRIX.items()):
        ids, encounter = {}, None
        if "{encounter_id}" in path or "{held}" in path:
            encounter = house.encounter(owner="clinician", ehr_id=f"matrix-{number}")
        if "{user_id}" in path:
            ids["user_id"] = house.store.add_user(f"target-{number}", "Target", "coder", PASSWORDS["old"]).id
        answer = ask(house, caller, method, path, body, encounter, **ids)
        if answer.status_code != expected[ROLES.index(role)]:
            wrong[method, path] = (answer.status_code, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert encounter is None or house.store.note(encounter.id).version == 1
        if (method, path) in ENDS_THE_SESSION and role != "nobody":
            caller = house.sign_in(role)
    assert wrong == {}


def test_what_the_description_leaves_out(house) -> None:
    """Each has a guard of its own and does not look at who is signed in; what is not set up is not there."""
    for role in ROLES:
        caller = house.client if role == "nobody" else house.sign_in(role)
        answers = {path: caller.get(path, follow_redirects=False) for path in UNLISTED}
        assert {path: answer.status_code for path, answer in answers.items()} == UNLISTED
        assert "sidenote_" not in answers["/metrics"].text


OF_ENCOUNTERS = {route: case for route, case in MATRIX.items() if "{encounter_id}" in route[1]}
WHEN: dict[str, tuple[str, ...]] = {
    "other": ("open", "filed"),
    "admin": ("open", "filed"),
    "coder": ("open", "recording", "finishing", "no_speech", "signed", "filed"),
    "clinician": ("open", "signed", "filed"),
}


@pytest.mark.parametrize("role", WHEN)
def test_who_is_let_in_depends_on_the_state_for_coders_only(house, role: str) -> None:
    """Whatever else is wrong with a request: who may not see the encounter is told that it is not there."""
    caller, wrong = house.sign_in(role), {}
    for state in WHEN[role]:
        encounter = house.encounter(state=state, ehr_id=state)
        hidden = role in ("other", "admin") or (role == "coder" and state not in ("signed", "filed"))
        for (method, path), (body, expected) in OF_ENCOUNTERS.items():
            answer = ask(house, caller, method, path, body, encounter)
            code = answer.json()["code"] if answer.status_code >= 400 else ""
            lacks = expected[ROLES.index(role)] == 403
            wanted = "not_found.encounter" if hidden else "auth.role" if lacks else ""
            if (code if code in ("not_found.encounter", "auth.role") else "") != wanted or answer.status_code == 500:
                wrong[state, method, path] = (answer.status_code, code)
    assert wrong == {}


def test_another_persons_launch_is_nobody_elses(house) -> None:
    encounter = house.encounter()
    house.store.keep_launch("l1", house.people["clinician"].id, b"{}")
    for role in ("other", "coder", "admin"):
        caller = house.sign_in(role)
        for method, path, body in (
            ("GET", "/api/launches/l1", None),
            ("POST", "/api/launches/l1/check", {"encounter_id": encounter.id, "moment": "start"}),
            ("DELETE", "/api/launches/l1", None),
            ("GET", f"/api/encounters/{encounter.id}", None),
        ):
            named = {"X-Launch": "l1"} if "launches" not in path else {}
            refused = caller.request(method, path, json=body, headers=named)
            assert (refused.status_code, refused.json()["code"]) == (403, "auth.launch"), (role, path)
    assert house.store.kept_launch("l1") is not None


def test_an_amendments_number_counts_within_its_own_encounter(house) -> None:
    one, two = house.encounter(state="filed"), house.encounter(state="filed", ehr_id="ehr-10")
    house.store.amend(house.people["clinician"].id, one.id, DraftAmendment("addendum", b"The result arrived.", "Mine."))
    caller = house.sign_in("clinician")
    foreign = caller.post(f"/api/encounters/{two.id}/amendments/1/submit")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "not_found.amendment")
    assert caller.get(f"/api/encounters/{two.id}/amendments").json() == []
    hidden = house.sign_in("other").post(f"/api/encounters/{one.id}/amendments/1/submit")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found.encounter")


# ``other`` and ``admin`` bring a ticket all the same, as if the route that makes them had failed to refuse.
SOCKETS = {
    ("clinician", "watch"): "welcome",
    ("clinician", "record"): "conflict.closed",
    ("coder", "watch"): "welcome",
    ("coder", "record"): "auth.role",
    ("other", "watch"): "not_found.encounter",
    ("other", "record"): "not_found.encounter",
    ("admin", "watch"): "not_found.encounter",
}


def test_the_socket_lets_in_whom_the_routes_let_in(house) -> None:
    for (role, mode), expected in SOCKETS.items():
        encounter = house.encounter(ehr_id=f"{role}-{mode}")
        told = greeted(house, ticket(house, role, encounter), encounter, mode)
        assert (told.get("code") or told["type"]) == expected, (role, mode)
        target = f"encounter:{encounter.id}"
        joined = [entry.actor for entry in house.store.audit_entries(target=target) if entry.action == "visit.joined"]
        assert joined == ([house.people[role].id] if expected in ("welcome", "conflict.closed") else [])


def test_the_socket_takes_no_ticket_that_is_not_its_own(house) -> None:
    one, two = house.encounter(), house.encounter(ehr_id="ehr-10")
    for made in ("", "made-up"):
        with pytest.raises(WebSocketDenialResponse) as denied:
            greeted(house, made, one)
        assert denied.value.status_code == 401
    assert greeted(house, ticket(house, "clinician", one), two)["code"] == "conflict.ticket"


def ticket(house, role: str, encounter: Encounter) -> str:
    token = house.sign_in(role).cookies["sidenote"]
    return str(house.store.create_ticket(house.people[role].id, encounter.id, ORIGIN, session_token=token))


def greeted(house, ticket: str, encounter: Encounter, mode: str = "watch") -> dict[str, Any]:
    """What the server answers to the first message of a connection, which then ends."""
    protocols = ["sidenote.v1", *([f"ticket.{ticket}"] if ticket else [])]
    with house.client.websocket_connect(STREAM, subprotocols=protocols, headers={"Origin": ORIGIN}) as line:
        line.send_json({"type": "hello", "encounter_id": encounter.id, "mode": mode})
        told: dict[str, Any] = line.receive_json()
        line.close()
        until = time.monotonic() + 30
        while house.client.app.state.live.connected and time.monotonic() < until:
            time.sleep(0.01)
    return told


def test_an_unknown_id_is_answered_like_a_foreign_one(house) -> None:
    for caller in map(house.sign_in, ROLES[1:]):
        for (method, path), (body, _) in OF_ENCOUNTERS.items():
            answer = ask(house, caller, method, path, body, None, encounter_id="0123456789abcdef0123")
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
