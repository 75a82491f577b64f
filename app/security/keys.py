"""The master key and the keys derived from it."""

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import Broken
from app.settings import Settings

KEY_BYTES = 32
KEY_FILE = "master.key"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What is derived from the master key (HKDF-SHA256, RFC 5869), each for one purpose only."""

    database: bytes
    wrapping: bytes
    tokens: bytes

    @classmethod
    def derive(cls, master: bytes) -> "Keys":
        """Derive every key from the 32 bytes of the master key."""
        return cls(*(_derive(master, purpose) for purpose in ("database", "wrapping", "tokens")))


def load_keys(settings: Settings, *, may_create: bool) -> Keys:
    """Keys from ``SIDENOTE_MASTER_KEY`` or the key file, which is made (mode 0600) when absent.

    Raises :class:`Broken` when the key is malformed, when others may read its file, or when it is absent and
    ``may_create`` is false, because a new key cannot open an old database.
    """
    given = settings.master_key.get_secret_value()
    if given:
        return Keys.derive(_parse(given))
    path = settings.key_file or settings.data_dir / KEY_FILE
    if path.exists():
        if path.stat().st_mode & 0o077:
            raise Broken("Others may read the master key file. Run chmod 600 on it.", code="broken.key_mode")
        return Keys.derive(_parse(path.read_text("ascii", errors="replace")))
    if not may_create:
        raise Broken("The database exists but its master key file is missing.", code="broken.key_missing")
    return Keys.derive(_create(path))


def _derive(master: bytes, purpose: str) -> bytes:
    info = f"sidenote/1/{purpose}".encode("ascii")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


def _parse(text: str) -> bytes:
    if not re.fullmatch(r"\s*[0-9a-fA-F]{64}\s*", text):
        raise Broken("The master key is not 64 hexadecimal digits.", code="broken.key")
    return bytes.fromhex(text.strip())


def _create(path: Path) -> bytes:
    master = secrets.token_bytes(KEY_BYTES)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, master.hex().encode("ascii") + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return master
