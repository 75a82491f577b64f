"""``/api/session``: signing in and out, the cookie, CSRF and origins."""

import pytest
from starlette.testclient import TestClient

from visit.ids import UserId

pytestmark = pytest.mark.unit

PASSWORD = "a long enough password"


def test_in_and_out(house) -> None:
    caller = house.sign_in("clinician")
    shown = caller.get("/api/session").json()
    assert shown["user"] == {
        "id": house.people["clinician"].id,
        "username": "clinician",
        "name": "Clinician",
        "role": "clinician",
        "disabled": False,
    }
    assert 0 < shown["expires_s"] <= house.settings.session_idle_s
    assert caller.delete("/api/session").status_code == 204
    assert caller.get("/api/session").status_code == 401


def test_the_cookie_is_out_of_reach(house) -> None:
    answer = house.client.post("/api/session", json={"username": "clinician", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sidenote=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    assert cookie.split("=")[1].split(";")[0] not in answer.text


def test_over_tls_the_cookie_is_bound_to_the_host(house) -> None:
    client = TestClient(house.client.app, base_url="https://127.0.0.1:8000")
    client.portal = house.client.portal
    answer = client.post("/api/session", json={"username": "clinician", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-sidenote=")
    assert "Secure" in cookie
    assert "max-age" in answer.headers["strict-transport-security"]
    assert client.get("/api/session").status_code == 200


def test_passwords_are_not_taken_in_the_clear_over_a_network(house) -> None:
    client = TestClient(house.client.app, base_url="http://clinic.example:8000")
    client.portal = house.client.portal
    answer = client.post("/api/session", json={"username": "clinician", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "auth.insecure")


@pytest.mark.parametrize(
    "body", [{"username": "clinician", "password": "wrong"}, {"username": "x", "password": PASSWORD}]
)
def test_wrong_credentials(house, body: dict[str, str]) -> None:
    answer = house.client.post("/api/session", json=body)
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.password")
    assert "set-cookie" not in answer.headers


def test_guessing_is_slowed_down(house) -> None:
    answers = [house.client.post("/api/session", json={"username": "clinician", "password": "wrong"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert answers[-1].json()["retryable"] is True


def test_a_change_needs_the_csrf_token(house) -> None:
    caller = house.sign_in("clinician")
    del caller.headers["X-CSRF-Token"]
    for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "wrong"}):
        answer = caller.post("/api/encounters", json={"ehr_encounter_id": "ehr-1"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.csrf")
    assert caller.get("/api/encounters").json() == []


def test_one_sessions_csrf_token_is_not_anothers(house) -> None:
    one, two = house.sign_in("clinician"), house.sign_in("clinician")
    one.headers["X-CSRF-Token"] = two.headers["X-CSRF-Token"]
    assert one.delete("/api/session").json()["code"] == "auth.csrf"


ASKERS = (
    ({"Origin": "http://127.0.0.1:8000"}, 201),
    ({"Origin": "http://localhost:8000"}, 201),
    ({"Origin": "http://127.0.0.1:8001"}, 403),
    ({"Origin": "https://127.0.0.1:8000"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": ""}, 403),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-origin"}, 201),
    ({}, 201),
)


def test_changes_come_from_known_origins(house) -> None:
    caller = house.sign_in("clinician")
    del caller.headers["Origin"]
    for number, (headers, status) in enumerate(ASKERS):
        answer = caller.post("/api/encounters", json={"ehr_encounter_id": f"ehr-{number}"}, headers=headers)
        assert answer.status_code == status, headers
        if status == 403:
            assert answer.json()["code"] == "auth.origin"


def test_a_session_runs_out(house, clock) -> None:
    caller = house.sign_in("clinician")
    clock.advance(house.settings.session_idle_s)
    answer = caller.get("/api/encounters")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.expired")


def test_a_locked_account_is_out_at_once(house) -> None:
    caller = house.sign_in("clinician")
    house.store.disable_user(UserId(house.people["clinician"].id))
    assert caller.get("/api/encounters").status_code == 401


def test_changing_a_password_ends_the_other_sessions(house) -> None:
    one, two = house.sign_in("clinician"), house.sign_in("clinician")
    wrong = one.put("/api/session/password", json={"old": "wrong", "new": "another long password"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "auth.password")
    short = one.put("/api/session/password", json={"old": PASSWORD, "new": "short"})
    assert (short.status_code, short.json()["code"]) == (422, "input.password")
    assert two.get("/api/session").status_code == 200
    assert one.put("/api/session/password", json={"old": PASSWORD, "new": "another long password"}).status_code == 204
    assert one.get("/api/session").status_code == 200
    assert two.get("/api/session").status_code == 401
    for password, status in ((PASSWORD, 401), ("another long password", 200)):
        answer = house.client.post("/api/session", json={"username": "clinician", "password": password})
        assert answer.status_code == status
