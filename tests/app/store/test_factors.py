"""Authenticators as a second factor."""

import pytest

from app.errors import Conflict, NotAuthenticated, NotFound, TooMuch
from app.records import User
from app.security import totp
from app.store import Store

pytestmark = pytest.mark.unit

PASSWORD = "correct horse battery"


def shown(secret: bytes, clock, steps: int = 0) -> str:
    return totp.code(secret, int(clock() // totp.STEP_S) + steps)


@pytest.fixture
def secret(store: Store, ada: User, clock) -> bytes:
    secret = store.begin_factor(ada)
    store.confirm_factor(ada, shown(secret, clock))
    clock.advance(60)
    return secret


def test_it_counts_once_it_was_confirmed(store: Store, ada: User, clock) -> None:
    secret = store.begin_factor(ada)
    assert store.verify_password("ada", PASSWORD) == ada
    with pytest.raises(NotAuthenticated):
        store.confirm_factor(ada, "000000" if shown(secret, clock) != "000000" else "000001")
    assert not store.has_factor(ada.id)
    store.confirm_factor(ada, shown(secret, clock))
    assert store.has_factor(ada.id)
    with pytest.raises(NotAuthenticated) as lacking:
        store.verify_password("ada", PASSWORD)
    assert lacking.value.code == "auth.factor"


def test_a_code_signs_in_once(store: Store, ada: User, secret: bytes, clock) -> None:
    code = shown(secret, clock)
    assert store.verify_password("ada", PASSWORD, f"{code[:3]} {code[3:]}") == ada
    with pytest.raises(NotAuthenticated) as used:
        store.verify_password("ada", PASSWORD, code)
    assert used.value.code == "auth.password"


def test_a_wrong_password_does_not_tell_that_a_code_is_needed(store: Store, ada: User, secret: bytes, clock) -> None:
    for code in (None, shown(secret, clock)):
        with pytest.raises(NotAuthenticated) as wrong:
            store.verify_password("ada", "wrong horse battery", code)
        assert wrong.value.code == "auth.password"
    store.verify_password("ada", PASSWORD, shown(secret, clock))


def test_codes_cannot_be_guessed(store: Store, ada: User, secret: bytes, clock) -> None:
    wrong = [code for code in ("111111", "222222") if code != shown(secret, clock)][0]
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            store.verify_password("ada", PASSWORD, wrong)
    with pytest.raises(TooMuch):
        store.verify_password("ada", PASSWORD, shown(secret, clock))


def test_it_is_not_replaced_unnoticed_but_can_be_taken_away(store: Store, ada: User, secret: bytes) -> None:
    with pytest.raises(Conflict):
        store.begin_factor(ada)
    with pytest.raises(Conflict):
        store.confirm_factor(ada, "123456")
    store.remove_factor(ada.id, actor=ada.id)
    assert store.verify_password("ada", PASSWORD) == ada
    with pytest.raises(NotFound):
        store.remove_factor(ada.id)


def test_the_secret_is_sealed_and_every_change_audited(store: Store, ada: User, secret: bytes) -> None:
    store.remove_factor(ada.id, actor=ada.id)
    other = store.begin_factor(ada)
    with store._database.read() as connection:
        raw = connection.exec_driver_sql("SELECT sealed FROM second_factors").scalar()
    assert other not in raw
    actions = [entry.action for entry in store.audit_entries(target=f"user:{ada.id}")]
    assert [action for action in actions if "factor" in action] == ["user.factor_added", "user.factor_removed"]
