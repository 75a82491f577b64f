"""Local passwords: argon2id (RFC 9106), and rules that keep them worth guessing at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import InvalidInput, TooMuch

MIN_LENGTH = 8
MAX_LENGTH = 200

AT_ONCE = 2
"""Passwords hashed at the same time: each takes 64 MiB, and anyone may ask."""

WAIT_S = 5.0

_hasher = PasswordHasher()
_turns = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str, username: str) -> str:
    """The encoded argon2id hash; raises :class:`InvalidInput` for a password that is too short or the user's name."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.", code="input.password")
    if password.casefold() == username.casefold():
        raise InvalidInput("A password must differ from the user name.", code="input.password")
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


@lru_cache(1)
def _decoy() -> str:
    return _hasher.hash("there is no such user")
