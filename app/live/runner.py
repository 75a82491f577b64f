"""One active visit. It belongs to no connection: lines come and go, what was begun goes on."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.errors import Conflict
from app.live.committer import Committer
from app.live.ending import Ending
from app.live.hearing import Hearing
from app.live.journal import HangUp, Journal, Line
from app.live.machine import Attachment
from app.live.scribe import Room, Scribe
from app.live.uploads import Upload
from app.live.workers import Workers
from app.records import RECORDABLE, Encounter
from app.settings import Settings
from app.wire.messages import Hello, Status
from app.wire.resources import EncounterState
from visit.ids import UserId
from visit.turns import Transcript

if TYPE_CHECKING:
    from app.engines import Parts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """The one connection that records. ``epoch`` is its fencing number."""

    line: Line
    user: UserId
    recorder: str
    epoch: int


class VisitRunner:
    """Runs one visit: who records, what is heard, and its end."""

    def __init__(
        self, encounter: Encounter, parts: "Parts", settings: Settings, workers: Workers, committer: Committer
    ) -> None:
        """``parts`` are shared by all visits, as are ``workers`` and ``committer``."""
        self._encounter = encounter
        self._id = encounter.id
        self._store = parts.store
        self._settings = settings
        self._room = Room(encounter, parts, workers, committer, Journal(parts.store, encounter.id), settings.drafter)
        self._door = asyncio.Lock()
        self._hearing: Hearing | None = None
        self._holder: Holder | None = None
        self._epoch = 0
        self._work: asyncio.Task[None] | None = None
        self._scribe = Scribe(self._room)
        self._left_at = time.monotonic()
        self._end_told = False

    @property
    def journal(self) -> Journal:
        """Where the visit's events go."""
        return self._room.journal

    @property
    def busy(self) -> bool:
        """Whether it is being recorded, watched, finished or revised."""
        return bool(self.journal.lines) or self._hearing is not None or self._working

    @property
    def alone_s(self) -> float:
        """Seconds since a recorder was last connected; 0 while one is, and while work goes on."""
        return 0.0 if self._holder or self._working else time.monotonic() - self._left_at

    def touch(self) -> None:
        """Somebody is about to use it."""
        self._left_at = time.monotonic()

    @property
    def _working(self) -> bool:
        return self._work is not None and not self._work.done()

    async def attach(self, hello: Hello, user: UserId, line: Line) -> Attachment:
        """Join as recorder or watcher. Raises :class:`Conflict` when recording is not possible now."""
        async with self._door:
            epoch = 0
            if hello.mode == "record":
                epoch = await self._hold(hello, user, line)
            elif not self._working:
                await self._try_again()
            try:
                encounter = await asyncio.to_thread(self._store.encounter, self._id)
                await self._tell_end(encounter.state)
                last, missed = await self.journal.join(line, hello.last_event)
            except BaseException:
                self.detach(line)
                raise
        return Attachment(encounter.state, encounter.samples, last, epoch, missed)

    def detach(self, line: Line) -> None:
        """The connection is gone; the visit goes on."""
        self.journal.leave(line)
        if self._holder is not None and self._holder.line is line:
            self._holder = None
            self.touch()
            if self._hearing is not None:
                self._hearing.recorder.line = None

    def append(self, line: Line, first_sample: int, pcm: bytes) -> None:
        """Take audio from the connection that holds the recording; what a superseded one sends is ignored."""
        if self._hearing is not None and self._holder is not None and self._holder.line is line:
            self._hearing.recorder.append(first_sample, pcm)

    async def finish(self) -> None:
        """The visit is over: draft it. Returns once that has begun."""
        async with self._door:
            if self._working:
                return
            if self._hearing is not None:
                await self._hearing.recorder.drain()
            await self._set_state("finishing", self._encounter.owner)
            self._begin(self._end())

    async def resume_finishing(self) -> None:
        """Finish a visit that a restart or a failure interrupted."""
        async with self._door:
            if not self._working:
                await self._try_again()

    async def resume_final_pass(self) -> None:
        """Run the final pass that a restart interrupted."""
        async with self._door:
            if not self._working:
                self._begin(self._final_pass_after_restart())

    async def upload(self, upload: Upload, stored: Callable[[], None]) -> None:
        """Take a whole recording; returns once it is accepted, the rest goes on by itself.

        ``stored`` is called when the file is not needed any more.

        Raises :class:`Conflict` when the visit is over, is being recorded, or holds other audio.
        """
        async with self._door:
            encounter = await self._recordable(upload.channels)
            if self._holder is not None or self._working:
                raise Conflict("This visit is being recorded.", code="conflict.recorder")
            await self._park()
            await self._set_state("recording", encounter.owner)
            offset = encounter.samples if encounter.state == "no_speech" else 0
            self._begin(self._take_upload(upload, offset, encounter.samples, stored))

    async def transcribe(self, transcript: Transcript) -> None:
        """Take a transcript made elsewhere as the whole visit; on return it is durable, the draft follows by itself.

        Raises :class:`Conflict` when the visit is over, is being recorded, or holds sound.
        """
        async with self._door:
            encounter = await self._recordable(0)
            if self._holder is not None or self._working or encounter.samples:
                raise Conflict("This visit is being recorded.", code="conflict.recorder")
            await self._park()
            await self._set_state("recording", encounter.owner)
            await asyncio.to_thread(self._store.save_transcript, self._id, transcript)
            await self._set_state("finishing", encounter.owner)
            self._scribe = Scribe(self._room)
            self._begin(self._end())

    async def settle(self) -> None:
        """Return when nothing is being finished any more; what was interrupted is finished first."""
        await self.resume_finishing()
        if self._work is not None:
            await asyncio.wait([self._work])

    async def withdraw(self) -> None:
        """Hang up on the recorder, because consent was withdrawn; what was recorded before stays."""
        async with self._door:
            if self._holder is not None:
                line = self._holder.line
                self.detach(line)
                line.put(HangUp(Conflict("Consent to being recorded was withdrawn.", code="conflict.consent")))

    async def park(self) -> None:
        """Let go of the live stream of a visit nobody records; a recorder that comes back starts it again."""
        async with self._door:
            if not self._holder and not self._working:
                await self._park()

    async def close(self) -> None:
        """Stop everything; what is durable stays and is gone on with after a restart."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self._park()

    async def _hold(self, hello: Hello, user: UserId, line: Line) -> int:
        """Make ``line`` the recorder, in place of the same page's dead line; return its epoch."""
        encounter = await self._recordable(hello.channels)
        if self._holder is not None:
            if (self._holder.user, self._holder.recorder) != (user, hello.recorder) or not hello.recorder:
                raise Conflict("Another recorder is recording this visit.", code="conflict.recorder")
            old = self._holder.line
            self.detach(old)
            old.put(HangUp(Conflict("This recorder has connected again.", code="conflict.superseded")))
        if self._working:
            raise Conflict("An upload is being taken for this visit.", code="conflict.recorder")
        if encounter.state != "recording":
            await self._set_state("recording", user)
        if self._hearing is None:
            await self._listen(encounter.samples, hello.channels)
        assert self._hearing is not None
        await self._hearing.recorder.drain()
        self._epoch += 1
        self._holder = Holder(line, user, hello.recorder, self._epoch)
        self._hearing.recorder.line = line
        return self._epoch

    async def _recordable(self, channels: int) -> Encounter:
        encounter = await asyncio.to_thread(self._store.encounter, self._id)
        if encounter.state not in RECORDABLE:
            raise Conflict(f"This visit is {encounter.state}; it cannot be recorded any more.", code="conflict.closed")
        if encounter.consent is None or not encounter.consent.given:
            raise Conflict("The patient has not consented to being recorded.", code="conflict.consent")
        if channels and encounter.channels not in (0, channels):
            raise Conflict("The visit was begun with another number of channels.", code="conflict.channels")
        if encounter.state == "no_speech" and self._work is not None:
            await asyncio.wait([self._work])  # its end was told; only tidying up is left
        return encounter

    async def _listen(self, samples: int, channels: int) -> None:
        """Start to hear, from the last turn that was stored."""
        turns = await asyncio.to_thread(self._store.live_turns, self._id)
        self._scribe = Scribe(self._room)
        if turns:
            await self._scribe.resume(turns)
        hearing = Hearing(self._room, self._scribe, samples, channels)
        await hearing.open(turns)
        self._hearing = hearing

    async def _try_again(self) -> None:
        """Go on finishing where that was interrupted."""
        encounter = await asyncio.to_thread(self._store.encounter, self._id)
        if encounter.state != "finishing":
            return
        heard_live = await asyncio.to_thread(self._store.live_turns, self._id)
        if heard_live and self._hearing is None:
            await self._listen(encounter.samples, encounter.channels)
        self._begin(self._end())

    async def _end(self) -> None:
        ending = Ending(self._room, self._scribe, self._settings)
        owes_final_pass = False
        try:
            heard_all = False
            if self._hearing is not None:
                await self._hearing.flush()
                heard_all = not self._hearing.failed
            owes_final_pass = await ending.write_up(heard_all)
        except Exception as error:
            await ending.failed(error)
        finally:
            await self._close_hearing()
        if owes_final_pass:
            await ending.final_pass()

    async def _take_upload(self, upload: Upload, offset: int, samples: int, stored: Callable[[], None]) -> None:
        self._scribe = Scribe(self._room)
        ending = Ending(self._room, self._scribe, self._settings)
        try:
            try:
                whole = await asyncio.to_thread(upload.store, self._store, self._id, offset, samples)
            finally:
                stored()
            await self._set_state("finishing", self._encounter.owner)
            await ending.write_up(heard_all=False)
            if not whole:
                await ending.remark("input.audio.truncated")
        except Exception as error:
            await ending.failed(error)

    async def _final_pass_after_restart(self) -> None:
        transcript = await asyncio.to_thread(self._store.transcript, self._id)
        self._scribe = Scribe(self._room)
        self._scribe.turns = transcript.turns if transcript is not None else ()
        await Ending(self._room, self._scribe, self._settings).final_pass()

    async def _tell_end(self, state: EncounterState) -> None:
        """Tell the end of a final pass when a restart came between storing what it made and saying that it is over."""
        if self._end_told:
            return
        events = await asyncio.to_thread(self._store.events, self._id, 0)
        finished = {"final.done", "final.failed"} & {event.get("detail") for event in events}
        if not finished and not self._working and await asyncio.to_thread(self._store.has_final_transcript, self._id):
            await self.journal.record(Status(state=state, detail="final.done"))
        self._end_told = True

    async def _set_state(self, state: EncounterState, actor: UserId) -> None:
        await asyncio.to_thread(self._store.set_state, actor, self._id, state)
        await self.journal.deliver()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._work = asyncio.create_task(self._guarded(work))

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            log.error("visit %s: work stopped: %s", self._id, type(error).__name__)

    async def _park(self) -> None:
        await self._close_hearing()
        self._scribe.abandon()

    async def _close_hearing(self) -> None:
        hearing, self._hearing = self._hearing, None
        if hearing is not None:
            await hearing.close()
