"""The master key and the keys derived from it."""

import os
import re
import secrets
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import Broken
from app.settings import Settings

KEY_BYTES = 32
KEY_FILE = "master.key"
NEXT_KEY_FILE = "master.key.next"
COMMAND_S = 30
"""How long a key command may take."""

PURPOSES: Final = ("database", "wrapping", "tokens", "signing", "index")
"""What :class:`Keys` are for, in their order."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """What is derived from the master key (HKDF-SHA256, RFC 5869), each for one purpose only."""

    database: bytes
    wrapping: bytes
    tokens: bytes
    signing: bytes
    index: bytes

    @classmethod
    def derive(cls, master: bytes) -> "Keys":
        """Derive every key from the 32 bytes of the master key."""
        return cls(*(_derive(master, purpose) for purpose in PURPOSES))


def load_keys(settings: Settings, *, may_create: bool) -> Keys:
    """Keys from ``SIDENOTE_MASTER_KEY``, the key command or the key file, which is made (mode 0600) when absent.

    Raises :class:`Broken` when the key is malformed, when others may read its file, when its command fails, or when
    it is absent and ``may_create`` is false, because a new key cannot open an old database.
    """
    given = settings.master_key.get_secret_value()
    if given:
        return Keys.derive(_parse(given))
    if settings.key_command:
        return Keys.derive(_parse(_printed(settings.key_command)))
    path = key_file(settings)
    if not path.exists():
        if not may_create:
            raise Broken("The database exists but its master key file is missing.", code="broken.key_missing")
        create_key_file(path)
    return read_key_file(path)


def next_keys(settings: Settings) -> Keys | None:
    """The keys that a rotation under way moves to, ``None`` when there is none."""
    path = next_key_file(settings)
    return read_key_file(path) if path.exists() else None


def key_file(settings: Settings) -> Path:
    """Where the master key is, unless the environment or a command gives it."""
    return settings.key_file or settings.data_dir / KEY_FILE


def next_key_file(settings: Settings) -> Path:
    """Where the key is that a rotation moves to."""
    return settings.next_key_file or settings.data_dir / NEXT_KEY_FILE


def from_file(settings: Settings) -> bool:
    """Whether the master key is in a file of ours, that a rotation may replace."""
    return not settings.master_key.get_secret_value() and not settings.key_command


def read_key_file(path: Path) -> Keys:
    """Keys from a file; raises :class:`Broken` when others may read it or it holds no key."""
    if path.stat().st_mode & 0o077:
        raise Broken("Others may read the master key file. Run chmod 600 on it.", code="broken.key_mode")
    return Keys.derive(_parse(path.read_text("ascii", errors="replace")))


def create_key_file(path: Path) -> None:
    """Make a new key in a new file that only its owner may read, durable on return."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_durably(path, secrets.token_bytes(KEY_BYTES).hex().encode("ascii") + b"\n")


def replace_key_file(settings: Settings) -> None:
    """Put the next key in the place of the key, at once or not at all, and remove the next key's file."""
    path, following = key_file(settings), next_key_file(settings)
    fresh = path.with_name(f"{path.name}.fresh")
    fresh.unlink(missing_ok=True)
    _write_durably(fresh, following.read_bytes())
    fresh.replace(path)
    _sync_folder(path.parent)
    following.unlink()
    _sync_folder(following.parent)


def _derive(master: bytes, purpose: str) -> bytes:
    info = f"sidenote/1/{purpose}".encode("ascii")
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(master)


def _parse(text: str) -> bytes:
    if not re.fullmatch(r"\s*[0-9a-fA-F]{64}\s*", text):
        raise Broken("The master key is not 64 hexadecimal digits.", code="broken.key")
    return bytes.fromhex(text.strip())


def _printed(command: str) -> str:
    """What the key command prints. Nothing of it is repeated in an error."""
    try:
        done = subprocess.run(shlex.split(command), capture_output=True, timeout=COMMAND_S, check=True)
    except (OSError, ValueError, subprocess.SubprocessError):
        raise Broken("The key command failed.", code="broken.key_command") from None
    return done.stdout.decode("ascii", errors="replace")


def _write_durably(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
