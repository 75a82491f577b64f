"""Local passwords."""

from contextlib import ExitStack

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from app.errors import InvalidInput, TooMuch
from app.security import passwords

pytestmark = pytest.mark.unit

RIGHT = "correct horse battery"


def test_right_and_wrong() -> None:
    encoded = passwords.hash_password(RIGHT, "ada")
    assert passwords.matches(encoded, RIGHT)
    assert not passwords.matches(encoded, RIGHT + " ")
    assert not passwords.matches(encoded, "")
    assert RIGHT not in encoded


def test_hashes_are_salted() -> None:
    assert passwords.hash_password(RIGHT, "ada") != passwords.hash_password(RIGHT, "ada")


def test_it_is_argon2id_at_the_recommended_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 9106, second recommended option: 64 MiB and three passes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())
    cost = extract_parameters(passwords.hash_password(RIGHT, "ada"))
    assert cost.type is Type.ID
    assert cost.memory_cost >= 64 * 1024
    assert cost.time_cost >= 3


class Counting(PasswordHasher):
    """Notes at which cost it was asked to check a password."""

    def __init__(self) -> None:
        super().__init__(time_cost=2, memory_cost=16 * 1024, parallelism=1)
        self.checked: list[object] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:
        self.checked.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


def test_without_a_user_it_does_the_same_work_and_says_no(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Counting()
    monkeypatch.setattr(passwords, "_hasher", hasher)
    passwords._decoy.cache_clear()
    encoded = passwords.hash_password(RIGHT, "ada")
    assert not passwords.matches(encoded, "wrong")
    assert not passwords.matches(None, "there is no such user")
    passwords._decoy.cache_clear()
    known, unknown = hasher.checked
    assert known == unknown


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "ada.lovelace", "ADA.Lovelace"])
def test_bad_passwords_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passwords.hash_password(password, "ada.lovelace")
    assert refused.value.code == "input.password"
    assert not password or password not in refused.value.message


@pytest.mark.parametrize("password", ["password1", "PASSWORD1", "iloveyou", "1qaz2wsx", "sunshine1"])
def test_what_many_use_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        passwords.hash_password(password, "ada")
    assert (refused.value.code, refused.value.message) == (
        "input.password",
        "Many people use this password. Choose another.",
    )


@pytest.mark.parametrize("password", ["Sidenote2026!", "sidenote-1", "Ada.Lovelace.1815", "12ada lovelace34"])
def test_a_name_with_trimmings_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput, match="more than a name"):
        passwords.hash_password(password, "ada.lovelace")


def test_the_list_is_long_enough_and_of_passwords_that_could_be_chosen() -> None:
    """ASVS 5.0, 6.2.4: at least the 3,000 most frequent ones that the other rules let through."""
    assert len(passwords._common()) >= 3000
    assert all(passwords.MIN_LENGTH <= len(one) <= passwords.MAX_LENGTH for one in passwords._common())
    assert not any(one != one.casefold() for one in passwords._common())


def test_digits_and_signs_alone_are_no_name() -> None:
    passwords.hash_password("7391-0452-8816", "1234")


def test_a_damaged_hash_matches_nothing() -> None:
    assert not passwords.matches("$argon2id$nonsense", RIGHT)


def test_few_are_checked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_S", 0.01)
    encoded = passwords.hash_password(RIGHT, "ada")
    with ExitStack() as others:
        for _ in range(passwords.AT_ONCE):
            others.enter_context(passwords._turn())
        with pytest.raises(TooMuch):
            passwords.matches(encoded, RIGHT)
    assert passwords.matches(encoded, RIGHT)
