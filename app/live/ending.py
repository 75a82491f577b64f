"""The end of a visit: the draft as soon as possible, then the final pass over the stored audio."""

import asyncio
import logging
import time
from typing import Final

from app.errors import SidenoteError, Unavailable
from app.live.limits import DRAFT_WITHIN_S
from app.live.plain import plain_audio
from app.live.scribe import Room, Scribe
from app.settings import Settings
from app.store.part import SYSTEM
from app.wire.messages import Status
from app.wire.resources import EncounterState
from visit.turns import Transcript

log = logging.getLogger(__name__)

REPORT_S: Final = 0.5
"""How often progress is told."""


class Ending:
    """Ends one visit. Whatever fails is recorded as the encounter's ``problem`` and costs no turn and no audio."""

    def __init__(self, room: Room, scribe: Scribe, settings: Settings) -> None:
        """Work on what ``scribe`` has heard."""
        self._room = room
        self._scribe = scribe
        self._settings = settings
        self._store = room.parts.store
        self._id = room.encounter.id

    async def write_up(self, heard_all: bool) -> bool:
        """Draft from the live turns, or from a final pass when they do not hold the whole visit.

        Returns whether a final pass is still owed. Raises what makes a draft impossible; the encounter then stays
        in ``finishing`` and is finished again later.
        """
        if heard_all and self._scribe.turns:
            await asyncio.to_thread(self._store.save_transcript, self._id, Transcript(self._scribe.turns), "live")
            await self._scribe.write(DRAFT_WITHIN_S)
            await self._enter("drafted", self._scribe.problem)
            return True
        try:
            transcript = await self._finalise()
        except Exception as error:
            if not self._scribe.turns:
                raise
            log.error("visit %s: the final pass failed: %s", self._id, type(error).__name__)
            await self._scribe.write()
            await self._enter("drafted", "unavailable.hearing")
            return False
        if not transcript.turns:
            await self._enter("no_speech")
            return False
        await self._scribe.restart(transcript)
        await self._scribe.write()
        await self._enter("drafted", self._scribe.problem)
        await self._tell("final.done")
        return False

    async def final_pass(self) -> None:
        """Hear the stored audio again, better, and bring transcript and note up to date."""
        try:
            transcript = await self._finalise()
            if transcript.turns:
                await self._scribe.rewrite(transcript)
        except Exception as error:
            log.error("visit %s: the final pass failed: %s", self._id, type(error).__name__)
            await self._tell("final.failed")
        else:
            await self._tell("final.done")

    async def failed(self, error: Exception) -> None:
        """The visit cannot go on now: say so and keep everything for a later try."""
        code = error.code if isinstance(error, SidenoteError) else "broken.finishing"
        log.error("visit %s: finishing failed: %s", self._id, type(error).__name__)
        await self.remark(code)

    async def remark(self, problem: str) -> None:
        """Record a problem with the visit as it stands."""
        await self._enter((await asyncio.to_thread(self._store.encounter, self._id)).state, problem)

    async def _finalise(self) -> Transcript:
        if not await asyncio.to_thread(self._store.samples, self._id):
            # A visit without sound was imported, or nothing was recorded.
            return await asyncio.to_thread(self._store.transcript, self._id) or Transcript(())
        loop = asyncio.get_running_loop()
        encounter = await asyncio.to_thread(self._store.encounter, self._id)
        enrolled = await asyncio.to_thread(self._store.voice, encounter.owner)
        told_at = 0.0

        def progress(done: float) -> None:
            nonlocal told_at
            if self._room.workers.closed:
                raise Unavailable("The server is stopping.", code="unavailable.stopping")
            if time.monotonic() - told_at >= REPORT_S:
                told_at = time.monotonic()
                status = Status(state=encounter.state, detail="final.running", progress=round(done, 3))
                loop.call_soon_threadsafe(self._room.journal.mention, status)

        def finalise() -> Transcript:
            with plain_audio(self._store, self._id, self._settings.data_dir) as path:
                return self._room.parts.transcriber.finalise(
                    path,
                    encounter.chart,
                    channels=encounter.channels,
                    clinician=enrolled.print if enrolled else None,
                    progress=progress,
                )

        return await self._room.workers.revise(finalise)

    async def _enter(self, state: EncounterState, problem: str | None = None) -> None:
        """Move the encounter on and tell."""
        await asyncio.to_thread(self._store.set_state, SYSTEM, self._id, state, problem)
        await self._room.journal.deliver()

    async def _tell(self, detail: str) -> None:
        state = (await asyncio.to_thread(self._store.encounter, self._id)).state
        await self._room.journal.record(Status(state=state, detail=detail))
