"""Sound in the clear, while something must read it as a file: in files without a name, which no crash leaves behind."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from visit.ids import EncounterId

if TYPE_CHECKING:
    from app.store import Store

PREFIX: Final = "plain-"
BY_DESCRIPTOR: Final = Path("/proc/self/fd")
"""Where Linux lets a process open its own files that have no name."""


class PlainFile:
    """A file without a name: only this process can open it, by ``path``, and it goes when the process does.

    Where the system has no such files it is a named one that only its owner may read, removed on :meth:`close`, or
    by :func:`remove_leftovers` after a crash.
    """

    def __init__(self, descriptor: int, named: Path | None = None) -> None:
        """Made by :meth:`in_memory` and :meth:`in_folder`."""
        self._file = open(descriptor, "wb", buffering=0)  # noqa: SIM115
        self._named = named
        self.path = named or BY_DESCRIPTOR / str(descriptor)

    @classmethod
    def in_memory(cls, folder: Path) -> Self:
        """One that touches no disk; in ``folder`` where the system has none."""
        if hasattr(os, "memfd_create"):
            return cls(os.memfd_create(PREFIX, os.MFD_CLOEXEC))
        return cls.in_folder(folder)

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """One on the disk of ``folder``, for what is too large for memory. Raises :class:`OSError`."""
        try:
            return cls(os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except (AttributeError, OSError):
            descriptor, name = tempfile.mkstemp(prefix=PREFIX, dir=folder)
        if not BY_DESCRIPTOR.is_dir():
            return cls(descriptor, Path(name))
        os.unlink(name)
        return cls(descriptor)

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._file.tell()

    @property
    def closed(self) -> bool:
        """Whether it is gone."""
        return self._file.closed

    def write(self, data: bytes) -> None:
        """Add to the end. Raises :class:`OSError` when the disk is full."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def close(self) -> None:
        """Let it go, with what it holds; a second time does nothing."""
        self._file.close()
        if self._named is not None:
            self._named.unlink(missing_ok=True)


@contextmanager
def plain_audio(store: "Store", encounter_id: EncounterId, folder: Path) -> Iterator[Path]:
    """A path that reads as the visit's raw PCM, in memory where the system can."""
    file = PlainFile.in_memory(folder)
    try:
        for chunk in store.audio_chunks(encounter_id):
            file.write(chunk)
        yield file.path
    finally:
        file.close()


def remove_leftovers(folder: Path) -> None:
    """Remove plain audio that a crash left behind."""
    for path in folder.glob(f"{PREFIX}*"):
        path.unlink(missing_ok=True)
