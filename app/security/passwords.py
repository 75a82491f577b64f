"""Local passwords: argon2id (RFC 9106), and rules that keep them worth guessing at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.resources import files
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import InvalidInput, TooMuch

MIN_LENGTH = 8
MAX_LENGTH = 200

AT_ONCE = 2
"""Passwords hashed at the same time: each takes 64 MiB, and anyone may ask."""

WAIT_S = 5.0

PRODUCT: Final = "sidenote"

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str, username: str) -> str:
    """The encoded argon2id hash; raises :class:`InvalidInput` for a password that is too short or easy to guess.

    Easy to guess is what many use (``common-passwords.txt``) and what is here on everybody's mind: the user's name or
    the product's, with whatever digits and signs around it.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.", code="input.password")
    if password.casefold() == username.casefold() or _letters(password) in {_letters(username), PRODUCT} - {""}:
        raise InvalidInput("A password must be more than a name.", code="input.password")
    if password.casefold() in _common():
        raise InvalidInput("Many people use this password. Choose another.", code="input.password")
    with _turn():
        return _hasher.hash(password)


def matches(encoded: str | None, password: str) -> bool:
    """Whether the password is the one hashed. Without a hash (no such user) it takes as long and says no.

    Raises :class:`TooMuch` when too many others are being checked.
    """
    encoded_or_decoy = encoded or _decoy()
    with _turn():
        try:
            return _hasher.verify(encoded_or_decoy, password) and encoded is not None
        except (VerificationError, InvalidHashError):
            return False


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT_S):
        raise TooMuch("Too many people are signing in. Try again.", code="limit.sign_ins")
    try:
        yield
    finally:
        _turns.release()


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalpha())


@lru_cache(1)
def _common() -> frozenset[str]:
    lines = (files(__package__) / "common-passwords.txt").read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


@lru_cache(1)
def _decoy() -> str:
    return _hasher.hash("there is no such user")
