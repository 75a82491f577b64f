"""Recordings that come as a file: decoded, stored like live audio, and heard in one go."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.errors import Conflict, InvalidInput
from asr.errors import BadAudio, EmptyAudio, TruncatedAudio
from visit.audio import BYTES_PER_SAMPLE
from visit.ids import EncounterId

if TYPE_CHECKING:
    from app.store import Store


class Recording(Protocol):
    """A file of sound that can be decoded."""

    @property
    def channels(self) -> int:
        """1, or 2 when each channel carries one speaker."""

    def blocks(self, block_s: float = 1.0) -> Iterator[bytes]:
        """Interleaved PCM; raises :class:`asr.errors.BadAudio`."""


Decode = Callable[[Path], Recording]

BLOCK_S = 10.0


class Upload:
    """One uploaded file. :meth:`open` refuses what cannot be used before anything is stored."""

    def __init__(self, recording: Recording, blocks: Iterator[bytes], first: bytes) -> None:
        """``first`` is the first block of ``blocks``, decoded already."""
        self.channels = recording.channels
        self._blocks = blocks
        self._first = first

    @classmethod
    def open(cls, decode: Decode, path: Path) -> "Upload":
        """Look at a file; raises :class:`InvalidInput` (``input.audio.*``) when it holds no sound."""
        try:
            recording = decode(path)
            blocks = recording.blocks(BLOCK_S)
            first = next(blocks, b"")
            if not first:
                raise EmptyAudio
        except TruncatedAudio:
            raise InvalidInput("The recording breaks off before any sound.", code="input.audio.truncated") from None
        except BadAudio as error:
            raise InvalidInput(_sentence(error), code=f"input.{error.code}") from None
        return cls(recording, blocks, first)

    def store(self, store: "Store", encounter_id: EncounterId, offset: int, stored: int) -> bool:
        """Append everything from sample ``offset`` on; return whether the file was whole.

        What an upload that was cut short has stored already, up to ``stored``, must be equal: another file is
        refused with ``conflict.audio``. Of a truncated file all that can be decoded is kept.
        """
        width = BYTES_PER_SAMPLE * self.channels
        position, block = offset, self._first
        try:
            while block:
                end = position + len(block) // width
                overlap = min(end, stored) - position
                if overlap > 0 and store.audio(encounter_id, position, position + overlap) != block[: overlap * width]:
                    raise Conflict("Another recording was begun for this visit.", code="conflict.audio")
                if end > stored:
                    store.append_audio(encounter_id, position, block, self.channels)
                position, block = end, next(self._blocks, b"")
        except TruncatedAudio:
            return False
        return True


async def open_upload(decode: Decode, path: Path) -> Upload:
    """:meth:`Upload.open` off the event loop."""
    return await asyncio.to_thread(Upload.open, decode, path)


def _sentence(error: BadAudio) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + "."
