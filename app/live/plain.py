"""Stored audio as a plain file for the final pass, for no longer than it is needed and without touching a disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from visit.ids import EncounterId

if TYPE_CHECKING:
    from app.store import Store

PREFIX: Final = "plain-"


@contextmanager
def plain_audio(store: "Store", encounter_id: EncounterId, folder: Path) -> Iterator[Path]:
    """A path that reads as the visit's raw PCM.

    On Linux the bytes live in anonymous memory and vanish with the process; elsewhere in a file in ``folder``
    that only its owner may read, removed at the end, or by :func:`remove_leftovers` after a crash.
    """
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create(PREFIX + encounter_id, os.MFD_CLOEXEC)
        path, leftover = Path(f"/proc/self/fd/{descriptor}"), None
    else:
        descriptor, name = tempfile.mkstemp(prefix=PREFIX, suffix=".pcm", dir=folder)
        path = leftover = Path(name)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            for chunk in store.audio_chunks(encounter_id):
                file.write(chunk)
        yield path
    finally:
        os.close(descriptor)
        if leftover is not None:
            leftover.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove plain audio that a crash left behind."""
    for path in folder.glob(f"{PREFIX}*"):
        path.unlink(missing_ok=True)
