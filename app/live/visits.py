"""Every active visit of this server, by encounter."""

import asyncio
import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from app.errors import Unavailable
from app.live.committer import Committer
from app.live.journal import Line
from app.live.machine import Attachment
from app.live.plain import PlainFile, remove_leftovers
from app.live.redraft import redraft
from app.live.runner import VisitRunner
from app.live.uploads import open_upload
from app.live.workers import Workers
from app.security.access import Right
from app.settings import Settings
from app.store.lock import SERVER_FILE, FolderLock
from app.wire.messages import Hello
from visit.ids import EncounterId, UserId
from visit.notes import Division, NoteSentence
from visit.turns import Transcript

if TYPE_CHECKING:
    from app.engines import Parts

log = logging.getLogger(__name__)

SWEEP_S: Final = 30.0
PARK_S: Final = 15 * 60.0
"""A recording that nobody comes back to lets go of the transcriber after this long."""


class Visits:
    """The registry of visit runners. Lives on one event loop: :meth:`start` first, :meth:`close` last."""

    def __init__(self, parts: "Parts", settings: Settings) -> None:
        """Nothing runs yet."""
        self._parts = parts
        self._settings = settings
        self._workers = Workers()
        self._committer = Committer(parts.store)
        self._runners: dict[EncounterId, VisitRunner] = {}
        self._door = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._lock: FolderLock | None = None
        self._closed = False

    async def start(self) -> None:
        """Begin to go on with what the last stop of the server interrupted; recordings wait for their recorder.

        It goes on beside what comes in: nobody waits for visits of others to be heard again. Raises
        :class:`Unavailable` while another server serves the record of this folder: a visit has one runner.
        """
        self._lock = FolderLock(self._settings.data_dir, exclusive=True, file=SERVER_FILE)
        remove_leftovers(self._settings.data_dir)
        self._tasks = [asyncio.create_task(self._go_on()), asyncio.create_task(self._sweep())]

    async def close(self) -> None:
        """Stop every visit where it stands; all of it can be gone on with."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(runner.close() for runner in self._runners.values()))
        self._runners.clear()
        self._workers.close()
        self._committer.close()
        if self._lock is not None:
            self._lock.release()

    async def attach(
        self, encounter_id: EncounterId, user_id: UserId, hello: Hello, line: Line
    ) -> tuple[VisitRunner, Attachment]:
        """Connect ``line`` to a visit, as ``hello`` asks and as far as the user may."""
        store = self._parts.store
        user = await asyncio.to_thread(store.user, user_id)
        encounter = await asyncio.to_thread(store.encounter, encounter_id)
        await asyncio.to_thread(store.allow, user, encounter, Right.WRITE if hello.mode == "record" else Right.READ)
        # Whoever joins has everything replayed that was said so far.
        await asyncio.to_thread(store.audit, user_id, "visit.joined", f"encounter:{encounter_id}", mode=hello.mode)
        runner = await self._runner(encounter_id)
        return runner, await runner.attach(hello, user_id, line)

    async def upload(self, encounter_id: EncounterId, file: PlainFile) -> None:
        """Take a recording as the whole visit; returns once it is accepted. The file is closed in the end.

        Raises :class:`app.errors.InvalidInput` for a file without usable sound and
        :class:`app.errors.Conflict` when the visit cannot be recorded.
        """
        try:
            upload = await open_upload(self._parts.decode, file.path)
            await (await self._runner(encounter_id)).upload(upload, file.close)
        except BaseException:
            file.close()
            raise

    async def transcribe(self, encounter_id: EncounterId, transcript: Transcript) -> None:
        """Take a transcript made elsewhere as the whole visit; returns once it is durable.

        Raises :class:`app.errors.Conflict` when the visit cannot be recorded, or holds sound.
        """
        await (await self._runner(encounter_id)).transcribe(transcript)

    async def redraft(self, encounter_id: EncounterId, divisions: Collection[Division]) -> tuple[NoteSentence, ...]:
        """The sentences of some divisions, drafted anew from the transcript; the note is not touched."""
        store = self._parts.store
        encounter = await asyncio.to_thread(store.encounter, encounter_id)
        transcript = await asyncio.to_thread(store.transcript, encounter_id) or Transcript(())
        return await redraft(self._parts, self._workers, encounter.chart, transcript, divisions)

    async def settle(self, encounter_id: EncounterId) -> None:
        """Wait until the visit is drafted, or cannot be now."""
        await (await self._runner(encounter_id)).settle()

    async def consent_withdrawn(self, encounter_id: EncounterId) -> None:
        """The patient no longer wants to be recorded: stop taking audio at once."""
        await (await self._runner(encounter_id)).withdraw()

    async def deliver(self, encounter_id: EncounterId) -> None:
        """Send whoever listens the events that something else stored, an edit of the note for instance."""
        runner = self._runners.get(encounter_id)
        if runner is not None:
            await runner.journal.deliver()

    async def _runner(self, encounter_id: EncounterId) -> VisitRunner:
        """The runner of an encounter; there is never a second one."""
        async with self._door:
            if self._closed:
                raise Unavailable("The server is stopping.", code="unavailable.stopping")
            runner = self._runners.get(encounter_id)
            if runner is None:
                encounter = await asyncio.to_thread(self._parts.store.encounter, encounter_id)
                runner = VisitRunner(encounter, self._parts, self._settings, self._workers, self._committer)
                self._runners[encounter_id] = runner
            runner.touch()
            return runner

    async def _go_on(self) -> None:
        """Finish and revise what is owed, oldest first; what fails costs only itself."""
        store = self._parts.store
        owed = [(one, VisitRunner.resume_finishing) for one in await asyncio.to_thread(store.unfinished)]
        owed += [(one, VisitRunner.resume_final_pass) for one in await asyncio.to_thread(store.unrevised)]
        for encounter, resume in owed:
            try:
                await resume(await self._runner(encounter))
            except Exception as error:
                log.error("visit %s: it cannot be gone on with: %s", encounter, type(error).__name__)

    async def _sweep(self) -> None:
        """Send what was left unsent, and let go of what nobody uses."""
        while True:
            await asyncio.sleep(SWEEP_S)
            for encounter_id, runner in list(self._runners.items()):
                await runner.journal.deliver()
                if runner.alone_s > PARK_S:
                    await runner.park()
                if not runner.busy and runner.alone_s > SWEEP_S:
                    del self._runners[encounter_id]
