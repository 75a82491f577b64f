"""Group commit: while one transaction is being made durable, what every other visit has said gathers for the next."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from app import metrics
from app.errors import SidenoteError, Unavailable
from app.store.audio import Piece

if TYPE_CHECKING:
    from app.store import Store

log = logging.getLogger(__name__)

Take = Callable[[], Piece]
Outcome = tuple[Piece, int | SidenoteError]
"""What was stored, and through which sample, or why it was not."""


class Committer:
    """Stores the audio of all visits, one transaction at a time. Lives on one event loop."""

    def __init__(self, store: "Store") -> None:
        """Nothing waits."""
        self._store = store
        self._waiting: list[tuple[Take, asyncio.Future[Outcome]]] = []
        self._working: asyncio.Task[None] | None = None

    async def commit(self, take: Take) -> Outcome:
        """Store what ``take`` gives when its turn has come; it is on disk when this returns."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((take, outcome))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await outcome

    async def _work(self) -> None:
        while self._waiting:
            batch, self._waiting = [(take, out) for take, out in self._waiting if not out.done()], []
            pieces = [take() for take, _ in batch]
            outcomes = await asyncio.to_thread(self._append, pieces)
            for (_, out), piece, outcome in zip(batch, pieces, outcomes, strict=True):
                if not out.done():
                    out.set_result((piece, outcome))

    def _append(self, pieces: list[Piece]) -> list[int | SidenoteError]:
        try:
            with metrics.audio_commits.timed():
                return self._store.append_pieces(pieces)
        except SidenoteError as error:
            return [error] * len(pieces)
        except Exception as error:
            log.error("audio was not stored: %s", type(error).__name__)
            return [Unavailable("Audio cannot be stored now.", code="unavailable.store")] * len(pieces)
