"""Accounts and slow guessing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, SidenoteError, TooMuch
from app.records import User
from app.store import Store
from app.store.people import FIRST_WAIT_S, FREE_FAILURES, LONGEST_WAIT_S
from visit.ids import UserId

pytestmark = pytest.mark.unit

RIGHT = "correct horse battery"


def fail(store: Store, username: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(NotAuthenticated):
            store.verify_password(username, "wrong password")


def test_the_right_password_names_the_user(store: Store, ada: User) -> None:
    assert store.verify_password("ada", RIGHT) == ada
    assert store.verify_password("ADA", RIGHT) == ada


def test_a_wrong_password_and_an_unknown_user_are_told_the_same(store: Store, ada: User) -> None:
    with pytest.raises(NotAuthenticated) as wrong:
        store.verify_password("ada", "wrong password")
    with pytest.raises(NotAuthenticated) as unknown:
        store.verify_password("bob", "wrong password")
    assert (wrong.value.code, wrong.value.message) == (unknown.value.code, unknown.value.message)


@pytest.mark.parametrize("username", ["ada", "nobody"])
def test_guessing_must_wait(store: Store, ada: User, clock, username: str) -> None:
    fail(store, username, FREE_FAILURES)
    with pytest.raises(TooMuch) as wait:
        store.verify_password(username, RIGHT)
    assert wait.value.code == "limit.sign_in"
    assert 0 < wait.value.extra["retry_after_s"] <= FIRST_WAIT_S + 1


def test_the_wait_ends_and_grows_to_a_bound(store: Store, ada: User, clock) -> None:
    fail(store, "ada", FREE_FAILURES)
    waits = []
    for _ in range(8):
        with pytest.raises(TooMuch) as wait:
            store.verify_password("ada", "wrong password")
        waits.append(wait.value.extra["retry_after_s"])
        clock.advance(waits[-1])
        fail(store, "ada", 1)
    assert waits == sorted(waits)
    assert waits[0] < waits[1]
    assert waits[-1] <= LONGEST_WAIT_S + 1
    clock.advance(LONGEST_WAIT_S + 1)
    assert store.verify_password("ada", RIGHT) == ada


def test_success_forgets_failures(store: Store, ada: User) -> None:
    fail(store, "ada", FREE_FAILURES - 1)
    store.verify_password("ada", RIGHT)
    fail(store, "ada", FREE_FAILURES - 1)


def test_guesses_at_the_same_time_all_count(store: Store, ada: User) -> None:
    def guess(number: int) -> str:
        try:
            store.verify_password("ada", f"wrong password {number}")
        except SidenoteError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count("auth.password") == FREE_FAILURES
    assert answers.count("limit.sign_in") == 12 - FREE_FAILURES


def test_a_user_name_is_given_once(store: Store, ada: User) -> None:
    with pytest.raises(Conflict) as taken:
        store.add_user("Ada", "Another", "coder", RIGHT)
    assert taken.value.code == "conflict.username"


@pytest.mark.parametrize(("username", "name", "password"), [("x", "X", "short"), ("", "X", RIGHT), ("x", " ", RIGHT)])
def test_bad_accounts_are_refused(store: Store, username: str, name: str, password: str) -> None:
    with pytest.raises(InvalidInput):
        store.add_user(username, name, "coder", password)
    assert store.users() == []


def test_a_disabled_user_is_out(store: Store, ada: User) -> None:
    token, _ = store.create_session(ada)
    store.disable_user(ada.id)
    with pytest.raises(NotAuthenticated):
        store.session(token)
    with pytest.raises(NotAuthenticated):
        store.verify_password("ada", RIGHT)
    assert store.user(ada.id).disabled


def test_an_unknown_user_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.user(UserId("nobody"))
    with pytest.raises(NotFound):
        store.disable_user(UserId("nobody"))


def test_neither_passwords_nor_user_names_reach_the_audit_log(store: Store, ada: User) -> None:
    fail(store, "ada", 1)
    fail(store, "guessed-name", 1)
    written = str(store.audit_entries())
    assert "user.sign_in_failed" in written
    for secret in (RIGHT, "wrong password", "guessed-name", "Dr Ada"):
        assert secret not in written
