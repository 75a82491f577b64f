"""What the server does by the clock: a signed checkpoint of the audit log, so that its end cannot be cut unnoticed."""

import asyncio
import logging
from typing import TYPE_CHECKING

from app import metrics
from app.errors import SidenoteError
from app.security import checkpoints
from app.settings import Settings

if TYPE_CHECKING:
    from app.store import Store

log = logging.getLogger(__name__)


class Keeper:
    """Runs beside the visits. Lives on one event loop: :meth:`start` first, :meth:`close` last."""

    def __init__(self, store: "Store", settings: Settings) -> None:
        """Nothing runs yet."""
        self._store = store
        self._file = checkpoints.file_of(settings)
        self._pause_s = settings.audit_checkpoint_s
        self._last = ""
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin with a checkpoint of what is there."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End with a checkpoint of everything."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.to_thread(self.checkpoint)

    def checkpoint(self) -> None:
        """Sign and append where the chain stands, unless it has not moved. Failing is counted and logged."""
        try:
            point = self._store.checkpoint()
            if point.head == self._last:
                return
            checkpoints.append(self._file, point)
        except (OSError, SidenoteError) as error:
            metrics.checkpoints_missed.add()
            log.error("an audit checkpoint was not written: %s", type(error).__name__)
            return
        self._last = point.head
        # The line in the log is a copy off the record as well, where logs are collected elsewhere.
        log.info("audit checkpoint: %d %s", point.number, point.head)

    async def _run(self) -> None:
        while True:
            await asyncio.to_thread(self.checkpoint)
            await asyncio.sleep(self._pause_s)
