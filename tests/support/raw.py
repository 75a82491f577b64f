"""The raw files of a record, as someone reads them who took the disk, with or without the master key."""

import contextlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4096
RESERVED = 80
"""Bytes at the end of an SQLCipher 4 page: the initialisation vector (16) and an HMAC-SHA512 (64)."""


def raw_files(folder: Path) -> dict[str, bytes]:
    """Every file under a folder."""
    found = {}
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a server that runs removes files
            if path.is_file():
                found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def holding(folder: Path, *needles: bytes) -> list[str]:
    """The files in which one of the needles stands, in any case, as UTF-8 or UTF-16."""
    wanted = {n.lower() for n in needles} | {n.decode("utf-8", "replace").encode("utf-16-le") for n in needles}
    return sorted(
        name
        for name, raw in raw_files(folder).items()
        if any(needle in raw or needle in raw.lower() for needle in wanted)
    )


def nameless(folder: Path, process: int | str = "self") -> int:
    """Bytes in the open files of a process that lie in a folder and have no name there."""
    size = 0
    for link in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(OSError):
            target = os.readlink(link)
            if target.startswith(f"{folder}/") and target.endswith("(deleted)"):
                size += link.stat().st_size
    return size


def decrypted(path: Path, key: bytes) -> bytes:
    """Every page of an SQLCipher 4 file, free ones too, as someone sees it who has the key."""
    raw, pages = path.read_bytes(), []
    for start in range(0, len(raw), PAGE):
        page = raw[start : start + PAGE]
        vector = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        sealed = page[16 if start == 0 else 0 : PAGE - RESERVED]
        opener = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
        pages.append(opener.update(sealed) + opener.finalize())
    return b"".join(pages)
