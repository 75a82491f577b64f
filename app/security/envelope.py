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
    """Makes, wraps and unwraps data keys and the few secrets that belong to no encounter."""

    def __init__(self, wrapping_key: bytes, *older: bytes) -> None:
        """Keys are 32 bytes. ``older`` keys open only: what is wrapped anew is wrapped with the first."""
        self._ciphers = [AESGCM(key) for key in (wrapping_key, *older)]

    def create(self, encounter: EncounterId) -> bytes:
        """A new data key for an encounter, wrapped."""
        return self.wrap(_wrap_context(encounter), secrets.token_bytes(DATA_KEY_BYTES))

    def unwrap(self, encounter: EncounterId, wrapped: bytes) -> DataKey:
        """The data key of an encounter; raises :class:`Broken` for another encounter's or a changed key."""
        return DataKey(self.reveal(_wrap_context(encounter), wrapped))

    def rewrap(self, encounter: EncounterId, wrapped: bytes) -> bytes:
        """The same data key under the first wrapping key."""
        return self.wrap(_wrap_context(encounter), self.reveal(_wrap_context(encounter), wrapped))

    def wrap(self, context: str, secret: bytes) -> bytes:
        """Encrypt a secret and bind it to ``context``, which says whose and what it is."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, secret, context.encode())

    def reveal(self, context: str, wrapped: bytes) -> bytes:
        """Decrypt a secret; raises :class:`Broken` when it was changed or belongs elsewhere."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], context.encode())
            except (InvalidTag, ValueError):
                continue
        raise Broken("A wrapped key failed its integrity check.", code="broken.sealed")


def _wrap_context(encounter: EncounterId) -> str:
    return f"{encounter}|data key"
