"""Setting up an authenticator, signing in with it, losing it."""

from dataclasses import replace

import pytest

from app.security import totp

pytestmark = pytest.mark.unit

PASSWORD = "a long enough password"


@pytest.fixture
def now(clock):
    return lambda: int(clock() // totp.STEP_S)


def from_text(text: str) -> bytes:
    from base64 import b32decode

    return b32decode(text)


def sign_in(house, code: str | None = None):
    body = {"username": "clinician", "password": PASSWORD} | ({"code": code} if code else {})
    return house.client.post("/api/session", json=body)


def test_from_setting_up_to_losing_it(house, clock, now) -> None:
    caller = house.sign_in("clinician")
    assert caller.get("/api/session").json()["second_factor"] is False
    setup = caller.post("/api/session/second-factor").json()
    secret = from_text(setup["secret"])
    assert setup["uri"].startswith("otpauth://totp/Sidenote:clinician?secret=")
    assert caller.put("/api/session/second-factor", json={"code": "000000"}).status_code in (401, 204)
    assert caller.put("/api/session/second-factor", json={"code": totp.code(secret, now())}).status_code == 204
    assert caller.get("/api/session").json()["second_factor"] is True
    clock.advance(60)
    assert sign_in(house).json()["code"] == "auth.factor"
    assert sign_in(house, "999999").json()["code"] in ("auth.password",)
    assert sign_in(house, totp.code(secret, now())).status_code == 200
    admin = house.sign_in("admin")
    target = house.people["clinician"].id
    assert admin.delete(f"/api/users/{target}/second-factor").status_code == 204
    assert sign_in(house).status_code == 200


def test_taking_it_away_needs_password_and_code(house, clock, now) -> None:
    caller = house.sign_in("clinician")
    secret = from_text(caller.post("/api/session/second-factor").json()["secret"])
    caller.put("/api/session/second-factor", json={"code": totp.code(secret, now())})
    clock.advance(60)
    path, good = "/api/session/second-factor/remove", totp.code(secret, now())
    assert caller.post(path, json={"password": "wrong password", "code": good}).status_code == 401
    clock.advance(60)
    assert caller.post(path, json={"password": PASSWORD, "code": totp.code(secret, now())}).status_code == 204
    assert sign_in(house).status_code == 200


def test_where_it_is_required_nothing_else_works_without_it(house, monkeypatch: pytest.MonkeyPatch, now) -> None:
    service = house.client.app.state.service
    strict = service.settings.model_copy(update={"second_factor": "required"})
    monkeypatch.setattr(house.client.app.state, "service", replace(service, settings=strict))
    encounter, caller = house.encounter(), house.sign_in("clinician")
    assert caller.get("/api/session").json()["factor_setup"] is True
    for path in ("/api/encounters", f"/api/encounters/{encounter.id}", "/api/schedule"):
        answer = caller.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.factor_setup")
    secret = from_text(caller.post("/api/session/second-factor").json()["secret"])
    caller.put("/api/session/second-factor", json={"code": totp.code(secret, now())})
    assert caller.get("/api/session").json()["factor_setup"] is False
    assert caller.get(f"/api/encounters/{encounter.id}").status_code == 200
