"""Group commit: one transaction for what all visits have said in a fifth of a second."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from app import metrics
from app.errors import SidenoteError, Unavailable
from app.store.audio import Piece

if TYPE_CHECKING:
    from app.store import Store

log = logging.getLogger(__name__)

GROUP_S: Final = 0.2
"""From the start of one transaction to the start of the next, at least. A transaction costs the same few milliseconds
whether it stores one visit or all of them."""

Take = Callable[[], Piece]
Outcome = tuple[Piece, int | SidenoteError]
"""What was stored, and through which sample, or why it was not."""


class Committer:
    """Stores the audio of all visits, one transaction at a time, in a thread of its own. Lives on one event loop."""

    def __init__(self, store: "Store") -> None:
        """Nothing waits."""
        self._store = store
        self._waiting: list[tuple[Take, asyncio.Future[Outcome]]] = []
        self._working: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "storing")
        self._due = 0.0

    def close(self) -> None:
        """Take nothing more; what is being stored is stored."""
        self._thread.shutdown(wait=False)

    async def commit(self, take: Take) -> Outcome:
        """Store what ``take`` gives when its turn has come; it is on disk when this returns."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((take, outcome))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await outcome

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            await asyncio.sleep(self._due - loop.time())
            self._due = loop.time() + GROUP_S
            batch, self._waiting = [(take, out) for take, out in self._waiting if not out.done()], []
            pieces = [take() for take, _ in batch]
            outcomes = await loop.run_in_executor(self._thread, self._append, pieces)
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
