"""What a browser carries to another server and back: sealed, so that nothing need be kept here meanwhile."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AWAY_S: Final = 600
"""Seconds that a browser may be away."""

_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the sealed cookie that it must bring back with the same ``state``."""

    url: str
    state: str = field(repr=False)
    sealed: str = field(repr=False)


def seal(key: bytes, plain: bytes) -> str:
    """Encrypt (AES-256-GCM) into characters that a cookie takes."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, None)).decode().rstrip("=")


def open_sealed(key: bytes, sealed: str) -> bytes | None:
    """Decrypt; ``None`` when it was changed or sealed with another key."""
    try:
        raw = base64.urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], None)
    except (InvalidTag, ValueError, binascii.Error):
        return None


def challenge(verifier: str) -> str:
    """The PKCE challenge of a verifier (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
