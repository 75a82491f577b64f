"""Audio on its way in: stored first, then confirmed, then heard."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Final

from app import metrics
from app.errors import SidenoteError
from app.live.committer import Committer
from app.live.journal import Line, NotStored, Stored
from app.live.workers import Workers
from app.ports import LiveStream
from app.store.audio import Piece
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE
from visit.ids import EncounterId

log = logging.getLogger(__name__)

MAX_BLOCK: Final = 1 << 20
"""Bytes stored in one segment at most."""


class Recorder:
    """Has the audio of one visit stored and feeds the live stream with what is durable, each sample once.

    ``samples`` is how much is durable. ``line`` hears of every commit and of every failure.
    """

    def __init__(
        self, committer: Committer, workers: Workers, encounter_id: EncounterId, samples: int, channels: int
    ) -> None:
        """Go on after ``samples``."""
        self._committer = committer
        self._workers = workers
        self._id = encounter_id
        self._width = BYTES_PER_SAMPLE * channels
        self._pending: list[tuple[int, bytes]] = []
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
        self._pending.append((first_sample, pcm))
        self._idle.clear()
        self._wake.set()

    async def drain(self) -> None:
        """Wait until everything taken is stored and fed, or refused."""
        await self._idle.wait()

    async def run(self) -> None:
        """Commit for as long as the visit is recorded."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                await self._commit()
            self._idle.set()

    def _next_block(self) -> Piece:
        """The first pending pieces that follow each other, joined."""
        first = self._pending[0][0]
        block = bytearray()
        count = 0
        for start, pcm in self._pending:
            follows = start == first + len(block) // self._width
            if not follows or (block and len(block) + len(pcm) > MAX_BLOCK):
                break
            block += pcm
            count += 1
        del self._pending[:count]
        return Piece(self._id, first, bytes(block), self.channels)

    async def _commit(self) -> None:
        block, through = await self._committer.commit(self._next_block)
        if isinstance(through, SidenoteError):
            log.warning("visit %s: audio was refused: %s", self._id, through.code)
            self._notify(NotStored(through))
            return
        fresh = block.pcm[(self.samples - block.first_sample) * self._width :]
        self.samples = through
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
            await self._workers.feed(self.stream.feed, pcm)
        except Exception as error:
            stream, self.stream = self.stream, None
            if stream is not None:
                with contextlib.suppress(Exception):
                    await asyncio.to_thread(stream.abandon)
            self.deaf(error)
