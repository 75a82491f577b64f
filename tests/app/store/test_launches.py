"""Launches are kept sealed, for a while; a browser's baggage is good for one state, for ten minutes."""

import pytest

from app.records import User
from app.store import Store

pytestmark = pytest.mark.unit


def test_a_launch_is_kept_until_it_ends(store: Store, ada: User, clock) -> None:
    store.keep_launch("l-1", ada.id, b"tokens")
    assert store.kept_launch("l-1") == (ada.id, b"tokens")
    store.renew_launch("l-1", b"newer tokens")
    assert store.kept_launch("l-1") == (ada.id, b"newer tokens")
    assert store.kept_launch("l-2") is None
    store.forget_launch("l-1")
    store.renew_launch("l-1", b"too late")
    assert store.kept_launch("l-1") is None


def test_it_ends_with_the_longest_session(store: Store, ada: User, clock) -> None:
    store.keep_launch("l-1", ada.id, b"tokens")
    clock.advance(12 * 3600)
    assert store.kept_launch("l-1") is None
    store.keep_launch("l-2", ada.id, b"tokens")
    with store._database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM launches").scalar() == 1


def test_neither_its_id_nor_its_tokens_are_in_the_table(store: Store, ada: User) -> None:
    store.keep_launch("launch-id-quokka", ada.id, b"token-quokka")
    with store._database.read() as connection:
        row = connection.exec_driver_sql("SELECT hash, sealed FROM launches").one()
    assert "quokka" not in row[0]
    assert b"quokka" not in bytes(row[1])


def test_a_locked_account_loses_its_launches(store: Store, ada: User) -> None:
    store.keep_launch("l-1", ada.id, b"tokens")
    store.disable_user(ada.id)
    assert store.kept_launch("l-1") is None


def test_baggage_is_good_for_its_state_its_purpose_and_its_time(store: Store, clock) -> None:
    sealed = store.pack("oidc", "state-1", {"nonce": "n"}, 600)
    assert store.unpack("oidc", "state-1", sealed) == {"nonce": "n"}
    for purpose, state, changed in (
        ("oidc", "state-2", sealed),
        ("launch", "state-1", sealed),
        ("oidc", "state-1", sealed[:-2]),
        ("oidc", "state-1", f"{'B' if sealed[0] == 'A' else 'A'}{sealed[1:]}"),
        ("oidc", "state-1", ""),
        ("oidc", "state-1", "ünreadable"),
    ):
        assert store.unpack(purpose, state, changed) is None
    clock.advance(600)
    assert store.unpack("oidc", "state-1", sealed) is None
