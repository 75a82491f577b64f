"""``/api/users`` and ``/api/audit``, for administrators."""

import base64

import pytest

from app.security import totp
from app.store import Store

pytestmark = pytest.mark.unit

NEW = {"username": "new", "name": "New Person", "role": "coder", "password": "a long enough password"}


def test_an_administrator_adds_and_locks_accounts(house) -> None:
    admin = house.sign_in("admin")
    made = admin.post("/api/users", json=NEW).json()
    assert (made["username"], made["role"], made["disabled"]) == ("new", "coder", False)
    caller = house.sign_in("new")
    assert admin.delete(f"/api/users/{made['id']}").status_code == 204
    assert caller.get("/api/encounters").status_code == 401
    assert {user["username"]: user["disabled"] for user in admin.get("/api/users").json()}["new"] is True


def test_a_locked_account_is_unlocked(house) -> None:
    admin, coder = house.sign_in("admin"), house.people["coder"].id
    admin.delete(f"/api/users/{coder}")
    assert admin.post(f"/api/users/{coder}/unlock").status_code == 204
    assert house.sign_in("coder").get("/api/encounters").status_code == 200
    again = admin.post(f"/api/users/{coder}/unlock")
    assert (again.status_code, again.json()["code"]) == (409, "conflict.enabled")
    assert "user.enabled" in [entry.action for entry in house.store.audit_entries()]


def test_another_role_ends_what_was_begun_in_the_old_one(house) -> None:
    admin, caller, coder = house.sign_in("admin"), house.sign_in("coder"), house.people["coder"].id
    assert admin.put(f"/api/users/{coder}/role", json={"role": "admin"}).status_code == 204
    assert caller.get("/api/users").status_code == 401
    assert house.sign_in("coder").get("/api/users").status_code == 200
    (entry,) = (entry for entry in house.store.audit_entries() if entry.action == "user.role_changed")
    assert (entry.actor, entry.target, entry.ids) == (house.people["admin"].id, f"user:{coder}", {"role": "admin"})
    own = admin.put(f"/api/users/{house.people['admin'].id}/role", json={"role": "coder"})
    assert (own.status_code, own.json()["code"]) == (409, "conflict.self")


def test_an_account_tells_of_its_second_factor(house) -> None:
    caller = house.sign_in("coder")
    shown = {each["username"]: each for each in house.sign_in("admin").get("/api/users").json()}["coder"]
    assert (shown["second_factor"], shown["linked"]) == (False, False)
    secret = base64.b32decode(caller.post("/api/session/second-factor").json()["secret"])
    code = totp.code(secret, int(house.store._now() // totp.STEP_S))
    assert caller.put("/api/session/second-factor", json={"code": code}).status_code == 204
    shown = {each["username"]: each for each in house.sign_in("admin").get("/api/users").json()}["coder"]
    assert shown["second_factor"] is True


def test_refusals(house) -> None:
    admin = house.sign_in("admin")
    admin.post("/api/users", json=NEW)
    taken = admin.post("/api/users", json=NEW)
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict.username")
    short = admin.post("/api/users", json={**NEW, "username": "x", "password": "short"})
    assert (short.status_code, short.json()["code"]) == (422, "input.password")
    own = admin.delete(f"/api/users/{house.people['admin'].id}")
    assert (own.status_code, own.json()["code"]) == (409, "conflict.self")
    assert admin.delete("/api/users/nobody").json()["code"] == "not_found.user"
    assert admin.post("/api/users", json={**NEW, "role": "root"}).status_code == 422


def test_an_administrator_resets_a_password(house) -> None:
    caller, admin = house.sign_in("coder"), house.sign_in("admin")
    coder = house.people["coder"].id
    assert admin.put(f"/api/users/{coder}/password", json={"password": "a brand new password"}).status_code == 204
    assert caller.get("/api/session").status_code == 401
    assert house.store.verify_password("coder", "a brand new password").id == coder
    entry = house.store.audit_entries()[-2]
    assert (entry.action, entry.actor, entry.target) == ("user.password_set", house.people["admin"].id, f"user:{coder}")
    assert admin.put("/api/users/nobody/password", json={"password": "a brand new password"}).status_code == 404


def test_the_audit_log_is_shown_and_verified(house) -> None:
    house.encounter()
    admin = house.sign_in("admin")
    shown = admin.get("/api/audit", params={"limit": 3, "after": 2}).json()
    assert [entry["number"] for entry in shown["entries"]] == [3, 4, 5]
    assert shown["number"] > 5
    assert len(shown["head"]) == 64
    assert house.store.audit_entries()[-1].action == "audit.read"
    assert NEW["password"] not in admin.get("/api/audit").text


def test_a_broken_chain_is_an_error(house) -> None:
    store: Store = house.store
    with store._database.change() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_fixed")
        connection.exec_driver_sql("UPDATE audit SET actor = 'x' WHERE number = 2")
    answer = house.sign_in("admin").get("/api/audit")
    assert (answer.status_code, answer.json()["code"], answer.json()["number"]) == (500, "broken.audit", 2)
