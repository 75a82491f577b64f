"""Audio on its way in: stored first, then confirmed, then heard."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app import metrics
from app.errors import SidenoteError, Unavailable
from app.live.journal import Line, NotStored, Stored
from app.ports import LiveStream
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE
from visit.ids import EncounterId

if TYPE_CHECKING:
    from app.store import Store

log = logging.getLogger(__name__)

GROUP_S: Final = 0.2
"""How long samples are gathered before they are committed together."""

MAX_BLOCK: Final = 1 << 20
"""Bytes stored in one segment at most."""


@dataclass(frozen=True, slots=True)
class _Piece:
    first_sample: int
    pcm: bytes


class Recorder:
    """Stores the audio of one visit in groups and feeds the live stream with what is durable, each sample once.

    ``samples`` is how much is durable. ``line`` hears of every commit and of every failure.
    """

    def __init__(self, store: "Store", encounter_id: EncounterId, samples: int, channels: int) -> None:
        """Go on after ``samples``."""
        self._store = store
        self._id = encounter_id
        self._width = BYTES_PER_SAMPLE * channels
        self._pending: list[_Piece] = []
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self.samples = samples
        self.channels = channels
        self.line: Line | None = None
        self.stream: LiveStream | None = None
        self.deaf: Callable[[Exception], None] = lambda _: None

    def append(self, first_sample: int, pcm: bytes) -> None:
        """Take samples to store; returns at once."""
        self._pending.append(_Piece(first_sample, pcm))
        self._idle.clear()
        self._wake.set()

    async def drain(self) -> None:
        """Wait until everything taken is stored and fed, or refused."""
        await self._idle.wait()

    async def run(self) -> None:
        """Commit for as long as the visit is recorded."""
        while True:
            await self._wake.wait()
            await asyncio.sleep(GROUP_S)
            self._wake.clear()
            while self._pending:
                await self._commit(self._next_block())
            self._idle.set()

    def _next_block(self) -> _Piece:
        """The first pending pieces that follow each other, joined."""
        first = self._pending[0].first_sample
        block = bytearray()
        count = 0
        for piece in self._pending:
            follows = piece.first_sample == first + len(block) // self._width
            if not follows or (block and len(block) + len(piece.pcm) > MAX_BLOCK):
                break
            block += piece.pcm
            count += 1
        del self._pending[:count]
        return _Piece(first, bytes(block))

    async def _commit(self, block: _Piece) -> None:
        started = time.monotonic()
        try:
            through = await asyncio.to_thread(
                self._store.append_audio, self._id, block.first_sample, block.pcm, self.channels
            )
        except SidenoteError as error:
            log.warning("visit %s: audio was refused: %s", self._id, error.code)
            self._notify(NotStored(error))
            return
        except Exception as error:
            log.error("visit %s: audio was not stored: %s", self._id, type(error).__name__)
            self._notify(NotStored(Unavailable("Audio cannot be stored now.", code="unavailable.store")))
            return
        fresh = block.pcm[(self.samples - block.first_sample) * self._width :]
        self.samples = through
        metrics.audio_commits.observe(time.monotonic() - started)
        metrics.audio_seconds.add(len(fresh) / self._width / SAMPLE_RATE)
        self._notify(Stored(through))
        if fresh:
            await self._feed(fresh)

    def _notify(self, letter: Stored | NotStored) -> None:
        if self.line is not None:
            self.line.put(letter)

    async def _feed(self, pcm: bytes) -> None:
        """Let the live stream hear; one that fails is dropped, the audio stays and the final pass hears it."""
        if self.stream is None:
            return
        try:
            await asyncio.to_thread(self.stream.feed, pcm)
        except Exception as error:
            stream, self.stream = self.stream, None
            if stream is not None:
                with contextlib.suppress(Exception):
                    await asyncio.to_thread(stream.abandon)
            self.deaf(error)
