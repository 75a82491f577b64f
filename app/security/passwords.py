"""Local passwords: argon2id (RFC 9106), and rules that keep them worth guessing at."""

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import InvalidInput

MIN_LENGTH = 8
MAX_LENGTH = 200

_hasher = PasswordHasher()


def hash_password(password: str, username: str) -> str:
    """The encoded argon2id hash; raises :class:`InvalidInput` for a password that is too short or the user's name."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise InvalidInput(f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters.", code="input.password")
    if password.casefold() == username.casefold():
        raise InvalidInput("A password must differ from the user name.", code="input.password")
    return _hasher.hash(password)


def matches(encoded: str | None, password: str) -> bool:
    """Whether the password is the one hashed. Without a hash (no such user) it takes as long and says no."""
    try:
        return _hasher.verify(encoded or _decoy(), password) and encoded is not None
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(1)
def _decoy() -> str:
    return _hasher.hash("there is no such user")
