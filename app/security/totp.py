"""Time-based one-time passwords (RFC 6238 over RFC 4226): SHA-1, 30 seconds, six digits, as authenticators expect."""

import hmac
import secrets
import struct
from base64 import b32encode
from hashlib import sha1
from typing import Final
from urllib.parse import quote

STEP_S: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1
"""Steps that a telephone's clock may be wrong by, either way."""

SECRET_BYTES: Final = 20


def new_secret() -> bytes:
    """160 random bits, as long as the hash (RFC 4226, R6)."""
    return secrets.token_bytes(SECRET_BYTES)


def code(secret: bytes, counter: int, digits: int = DIGITS) -> str:
    """The password of one step."""
    digest = hmac.digest(secret, struct.pack(">Q", counter), sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


def matching_step(secret: bytes, given: str, now: float, last: int) -> int | None:
    """The step whose password this is, within the drift and after step ``last``: a password is used once."""
    current = int(now // STEP_S)
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(code(secret, step).encode(), given.encode()) and step > last:
            found = step
    return found


def uri(secret: bytes, username: str) -> str:
    """What the QR code of an authenticator holds."""
    return f"otpauth://totp/Sidenote:{quote(username)}?secret={text(secret)}&issuer=Sidenote"


def text(secret: bytes) -> str:
    """The secret as people type it."""
    return b32encode(secret).decode("ascii")
