"""A visit being heard: durable audio to the transcriber, and what it reports to the scribe and the page."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Sequence
from typing import Final

from app.live.recorder import Recorder
from app.live.scribe import Room, Scribe
from app.wire import views
from app.wire.messages import DoubtEvent, Partial, Status, Words
from app.wire.resources import EncounterState
from visit.audio import SAMPLE_RATE
from visit.hearing import CommittedWords, HearingEvent, HearingState, HearingStatus, PartialWords, Rejected, TurnClosed
from visit.turns import Doubt, DoubtKind, Turn

log = logging.getLogger(__name__)

CATCH_UP_SAMPLES: Final = 30 * SAMPLE_RATE
"""Stored audio is fed to a reopened stream in pieces of this size."""


class Hearing:
    """The live side of one visit: a :class:`Recorder`, a live stream, and a queue of what the stream reports.

    ``failed`` means that the stream could not be opened or broke: the audio is stored all the same and the final
    pass has to hear it.
    """

    def __init__(self, room: Room, scribe: Scribe, samples: int, channels: int) -> None:
        """``samples`` are stored already; call :meth:`open` next."""
        self._room = room
        self._scribe = scribe
        self._id = room.encounter.id
        self._reports: asyncio.Queue[HearingEvent] = asyncio.Queue()
        self._words_through = 0
        self._rejected: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self._state: EncounterState = "recording"
        self.failed = False
        self.recorder = Recorder(room.committer, room.workers, self._id, samples, channels)
        self.recorder.deaf = self._deaf

    async def open(self, turns: Sequence[Turn]) -> None:
        """Start to hear where the last of ``turns`` ended, from stored audio first when there is some."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self.recorder.run())]
        first = max((turn.end for turn in turns), default=0)
        if self.recorder.samples:
            self._words_through = max(first, await self._words_told())
        loop = asyncio.get_running_loop()

        def emit(event: HearingEvent) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                loop.call_soon_threadsafe(self._reports.put_nowait, event)

        try:
            enrolled = await asyncio.to_thread(self._room.parts.store.voice, self._room.encounter.owner)
            stream = await self._room.workers.hear(
                self._room.parts.transcriber.open,
                self._room.encounter.chart,
                emit,
                channels=self.recorder.channels,
                first_sample=first,
                first_turn=len(turns),
                clinician=enrolled.print if enrolled else None,
            )
            store = self._room.parts.store
            for start in range(first, self.recorder.samples, CATCH_UP_SAMPLES):
                end = min(start + CATCH_UP_SAMPLES, self.recorder.samples)
                await asyncio.to_thread(stream.feed, await asyncio.to_thread(store.audio, self._id, start, end))
        except Exception as error:
            self._deaf(error)
        else:
            self.recorder.stream = stream

    async def flush(self) -> None:
        """Store and hear what is left, and wait until all of it was written down."""
        self._state = "finishing"
        await self.recorder.drain()
        stream, self.recorder.stream = self.recorder.stream, None
        if stream is not None:
            try:
                await self._room.workers.hear(stream.finish)
            except Exception as error:
                self._deaf(error)
        await self._reports.join()
        if self._rejected:
            log.info("visit %s: kept out of the transcript: %s", self._id, dict(self._rejected))

    async def close(self) -> None:
        """Stop at once; stored audio stays and can be heard again."""
        stream, self.recorder.stream = self.recorder.stream, None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if stream is not None:
            with contextlib.suppress(Exception):
                await self._room.workers.hear(stream.abandon)

    async def _listen(self) -> None:
        while True:
            report = await self._reports.get()
            try:
                await self._take(report)
            except Exception as error:
                log.error("visit %s: a report was lost: %s", self._id, type(error).__name__)
                self.failed = True
            finally:
                self._reports.task_done()

    async def _take(self, report: HearingEvent) -> None:
        journal = self._room.journal
        match report:
            case PartialWords(words):
                journal.mention(Partial(words=[views.word_view(word) for word in words]))
            case CommittedWords(words):
                fresh = [views.word_view(word) for word in words if word.end > self._words_through]
                if fresh:
                    await journal.record(Words(words=fresh))
            case TurnClosed(turn):
                await self._scribe.hear(turn)
            case HearingStatus(state, lag_s):
                detail = "asr.degraded" if state is HearingState.DEGRADED else None
                journal.mention(Status(state=self._state, detail=detail, lag_s=lag_s))
            case Rejected(text, reason, start, end):
                self._rejected[reason] += 1
                doubt = Doubt(DoubtKind.REJECTED, text, start, end, reason=reason)
                await journal.record(DoubtEvent(doubt=views.doubt_view(doubt)))

    async def _words_told(self) -> int:
        """Where the last committed word ended that was told before a restart."""
        events = await asyncio.to_thread(self._room.parts.store.events, self._id, 0)
        return max((word["end"] for event in events if event["type"] == "words" for word in event["words"]), default=0)

    def _deaf(self, error: Exception) -> None:
        """Live hearing is lost; its message may hold words, so only its type is logged."""
        log.error("visit %s: live hearing failed: %s", self._id, type(error).__name__)
        self.failed = True
        self._room.journal.mention(Status(state=self._state, detail="asr.unavailable"))
