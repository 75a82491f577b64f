"""Session tokens and tickets: 256 random bits to the holder, a keyed hash to the database."""

import hmac
import secrets
from hashlib import sha256

TOKEN_BYTES = 32


class Tokens:
    """Makes tokens and the hashes that stand for them."""

    def __init__(self, key: bytes) -> None:
        """``key`` is derived from the master key; without it a stolen table of hashes says nothing."""
        self._key = key

    def new(self) -> str:
        """A fresh token, 43 URL-safe characters."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def hashed(self, purpose: str, token: str) -> str:
        """What is stored instead of a token. ``purpose`` keeps a ticket from passing for a session."""
        return hmac.new(self._key, f"{purpose}|{token}".encode(), sha256).hexdigest()

    def sealing_key(self, purpose: str, token: str) -> bytes:
        """A 256-bit key of one token's own, for what travels with it."""
        return hmac.new(self._key, f"seal|{purpose}|{token}".encode(), sha256).digest()

    def csrf(self, token: str) -> str:
        """The token that a session's page must send back with every change."""
        return self.hashed("csrf", token)


def same(one: str, other: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
