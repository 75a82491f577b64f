"""Envelope encryption: each encounter has a data key, wrapped by the wrapping key; AES-256-GCM throughout.

A sealed blob is a 12-byte random nonce and the ciphertext with its tag. Its context is authenticated with it, so a
blob moved to another encounter, kind, place or version does not open. Random nonces are safe here: a data key
seals far fewer than 2**32 blobs (NIST SP 800-38D, 8.3).
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import Broken
from visit.ids import EncounterId

NONCE_BYTES = 12
DATA_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Context:
    """Where a blob belongs. ``seq`` is its place within its kind, ``version`` what else must not be swapped."""

    encounter: EncounterId
    kind: str
    seq: int = 0
    version: int = 0

    def bound(self) -> bytes:
        """The bytes that are authenticated with the blob."""
        return f"{self.encounter}|{self.kind}|{self.seq}|{self.version}".encode()


class DataKey:
    """The key of one encounter."""

    def __init__(self, key: bytes) -> None:
        """``key`` is 32 bytes."""
        self._cipher = AESGCM(key)

    def seal(self, context: Context, plain: bytes) -> bytes:
        """Encrypt ``plain`` and bind it to its place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, context.bound())

    def open(self, context: Context, sealed: bytes) -> bytes:
        """Decrypt; raises :class:`Broken` when the blob was changed or belongs elsewhere."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.bound())
        except (InvalidTag, ValueError):
            raise Broken("Stored data failed its integrity check.", code="broken.sealed") from None


class Wrapper:
    """Makes, wraps and unwraps data keys."""

    def __init__(self, wrapping_key: bytes) -> None:
        """``wrapping_key`` is 32 bytes."""
        self._cipher = AESGCM(wrapping_key)

    def create(self, encounter: EncounterId) -> bytes:
        """A new data key for an encounter, wrapped."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secrets.token_bytes(DATA_KEY_BYTES), _wrap_context(encounter))

    def unwrap(self, encounter: EncounterId, wrapped: bytes) -> DataKey:
        """The data key of an encounter; raises :class:`Broken` for another encounter's or a changed key."""
        try:
            key = self._cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _wrap_context(encounter))
        except (InvalidTag, ValueError):
            raise Broken("The key of an encounter failed its integrity check.", code="broken.sealed") from None
        return DataKey(key)


def _wrap_context(encounter: EncounterId) -> bytes:
    return f"{encounter}|data key".encode()
