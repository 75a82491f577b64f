"""Locks on the data folder: one shared by everyone who has the record open, exclusive for what needs it closed, and one
that only the server of the record holds.
"""

import fcntl
import os
from pathlib import Path

from app.errors import Unavailable

LOCK_FILE = "lock"
SERVER_FILE = "server.lock"


class FolderLock:
    """A lock that the operating system lets go of when its process ends, however it ends."""

    def __init__(self, folder: Path, *, exclusive: bool = False, file: str = LOCK_FILE) -> None:
        """Take the lock; raises :class:`Unavailable` when somebody else's is in the way."""
        self._handle = os.open(folder / file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise Unavailable(_refusal(exclusive, file), code="unavailable.locked") from None

    def release(self) -> None:
        """Let go; may be called again."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> "FolderLock":
        """Held since it was made."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go."""
        self.release()


def _refusal(exclusive: bool, file: str) -> str:
    if file == SERVER_FILE:
        return "Another server serves this record."
    if exclusive:
        return "The record is open. Stop the server and try again."
    return "The record is being restored or given a new key. Try again when that is done."
