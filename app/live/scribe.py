"""From turns to note and codes: reads, drafts, assembles, stores and tells, for one visit."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.errors import Conflict
from app.live import changes
from app.live.committer import Committer
from app.live.drafting import Drafts, Material, Sentences
from app.live.journal import Journal
from app.live.understanding import Understanding
from app.live.workers import Workers
from app.records import Encounter
from app.store.part import SYSTEM
from app.store.revisions import Revision
from app.wire import views
from app.wire.messages import FindingEvent, SentenceEvent, TurnEvent
from prompts.templates import reference
from visit.codes import CodeSuggestion
from visit.findings import Finding
from visit.ids import FindingId
from visit.notes import Note
from visit.turns import Transcript, Turn

if TYPE_CHECKING:
    from app.engines import Parts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Room:
    """What the parts of a visit share."""

    encounter: Encounter
    parts: "Parts"
    workers: Workers
    committer: Committer
    journal: Journal
    drafter: str


class Scribe:
    """Writes one visit down. Its coroutines are called one after the other, never at the same time."""

    def __init__(self, room: Room) -> None:
        """Nothing was said yet."""
        self._room = room
        self._id = room.encounter.id
        self._store = room.parts.store
        self._drafts = Drafts(room.workers, room.parts.drafter, room.parts.fallback)
        self._understanding: Understanding | None = None
        self._told: dict[FindingId, Finding] = {}
        self._tellers: set[asyncio.Task[None]] = set()
        self.turns: tuple[Turn, ...] = ()
        self.coder_failed = False

    @property
    def problem(self) -> str | None:
        """The code of what went wrong while writing, when something did; the note stands nevertheless."""
        if self._understanding is not None and self._understanding.failed:
            return "broken.reading"
        if self._drafts.failed:
            return "broken.drafting"
        return "broken.coding" if self.coder_failed else None

    async def resume(self, turns: Sequence[Turn]) -> None:
        """Go on after ``turns``, which were stored and told before a restart."""
        self.turns = tuple(turns)
        self._told = {finding.id: finding for finding in await asyncio.to_thread(self._store.findings, self._id)}
        understanding = await self._understand()
        await self._room.workers.read(understanding.read_again, self.turns)
        await self._tell_findings()
        await self._draft_ahead()

    async def restart(self, transcript: Transcript) -> None:
        """Start over from a whole transcript; where nothing was heard before, nothing has changed."""
        heard = self.turns
        await self.replace_transcript(transcript, changes.changed(heard, transcript.turns) if heard else ())
        understanding = await self._understand()
        await self._room.workers.read(understanding.read_again, self.turns)

    async def hear(self, turn: Turn) -> None:
        """Take a turn that closed: tell it, store it, read it, and draft the segment it closes.

        It is told first: a turn that a crash kept from being stored is heard again and told again, under the same
        index, but none is stored that was never told.
        """
        kept = list(self.turns)
        kept[turn.index : turn.index + 1] = [turn]
        self.turns = tuple(kept)
        await self._room.journal.record(TurnEvent(turn=views.turn_view(turn)))
        await asyncio.to_thread(self._store.save_live_turn, self._id, turn)
        understanding = await self._understand()
        if await self._room.workers.read(understanding.take, turn):
            await self._tell_findings()
        await self._draft_ahead()

    async def write(self, within_s: float | None = None) -> None:
        """The visit is over: draft what is left, then store and tell the note and its codes.

        Segments that are not drafted ``within_s`` seconds get the fallback's sentences; :meth:`rewrite` brings theirs.
        """
        understanding = await self._understand()
        await self._room.workers.read(understanding.finish)
        await self._save_findings()
        note, material = await self._compose(within_s)
        await asyncio.to_thread(self._store.save_note, SYSTEM, self._id, note, drafter=self._drafter, base_version=None)
        codes = await self._suggest(note, material)
        if codes is not None:
            await asyncio.to_thread(self._store.save_codes, SYSTEM, self._id, codes)
        await self._room.journal.deliver()

    async def rewrite(self, final: Transcript) -> bool:
        """Replace the transcript by that of the final pass and follow it in the note; false when already signed.

        A note that nobody edited is drafted anew, where words changed; an edited one keeps its words, its
        evidence moves to the new turns and sentences that rest on changed words become stale. All of it is stored at
        once, then told.
        """
        live, self.turns = self.turns, final.turns
        understanding = await self._understand()
        await self._room.workers.read(understanding.read_again, final.turns)
        await self._room.workers.read(understanding.finish)
        note, material = await self._compose()
        current = await asyncio.to_thread(self._store.note, self._id)
        changed = changes.changed(live, final.turns)
        revision = Revision(
            final, material.findings, None, current.drafter, base_version=current.version, changed=changed
        )
        if note != current.note:
            codes = await self._suggest(note, material)
            revision = Revision(final, material.findings, note, self._drafter, codes, changed=changed)
        if not await self._revise(revision, live, material):
            self.turns = live
            return False
        await self._room.journal.deliver()
        return True

    async def replace_transcript(self, transcript: Transcript, changed: Sequence[int]) -> None:
        """Store and tell a whole transcript in place of the one before."""
        self.turns = transcript.turns
        await asyncio.to_thread(self._store.save_transcript, self._id, transcript, changed=changed)
        await self._room.journal.deliver()

    def abandon(self) -> None:
        """Stop drafting; nothing more will come."""
        self._drafts.cancel()
        for task in self._tellers:
            task.cancel()

    @property
    def _drafter(self) -> str:
        """Who wrote the draft; a draft that the fallback had a hand in is not called the model's."""
        return "rules" if self._drafts.failed or self._drafts.late else self._room.drafter

    async def _understand(self) -> Understanding:
        """The reading of this visit, opened when it is first needed."""
        if self._understanding is None:
            reader, chart = self._room.parts.reader, self._room.encounter.chart
            self._understanding = await self._room.workers.read(Understanding, reader, chart)
        return self._understanding

    async def _material(self) -> Material:
        understanding = await self._understand()
        return Material(self.turns, await self._room.workers.read(understanding.findings))

    async def _tell_findings(self) -> None:
        """Tell findings that are new or have changed, then keep all."""
        findings = (await self._material()).findings
        news = [finding for finding in findings if self._told.get(finding.id) != finding]
        self._told = {finding.id: finding for finding in findings}
        await self._room.journal.record(*(FindingEvent(finding=views.finding_view(finding)) for finding in news))
        await asyncio.to_thread(self._store.save_findings, self._id, findings)

    async def _save_findings(self) -> None:
        await asyncio.to_thread(self._store.save_findings, self._id, (await self._material()).findings)

    async def _draft_ahead(self) -> None:
        """Draft segments that have closed, while the visit goes on."""
        understanding = await self._understand()
        segments = await self._room.workers.read(understanding.segments)
        for draft in self._drafts.start(segments, await self._material()):
            teller = asyncio.create_task(self._tell_sentences(draft))
            self._tellers.add(teller)
            teller.add_done_callback(self._tellers.discard)

    async def _tell_sentences(self, draft: "asyncio.Task[Sentences]") -> None:
        try:
            sentences = await asyncio.shield(draft)
            await self._room.journal.record(*(SentenceEvent(sentence=views.sentence_view(one)) for one in sentences))
        except asyncio.CancelledError:
            return
        except Exception as error:
            log.error("visit %s: a draft could not be told: %s", self._id, type(error).__name__)

    async def _compose(self, within_s: float | None = None) -> tuple[Note, Material]:
        understanding = await self._understand()
        segments = await self._room.workers.read(understanding.whole)
        material = await self._material()
        sentences = await self._drafts.all(segments, material, within_s)
        return await self._drafts.assemble(sentences, material, await asyncio.to_thread(self._template)), material

    def _template(self) -> str:
        """The format as chosen by now; it may be chosen while the visit goes on."""
        return reference(self._store.template(self._store.encounter(self._id).template))

    async def _signed(self) -> bool:
        return (await asyncio.to_thread(self._store.encounter, self._id)).state in ("signed", "filed")

    async def _revise(self, revision: Revision, live: Sequence[Turn], material: Material) -> bool:
        """Store a revision: of the draft, or else of the note as people have edited it; false when it is signed."""
        while not await self._signed():
            try:
                await asyncio.to_thread(self._store.save_revision, self._id, revision)
            except Conflict:
                current = await asyncio.to_thread(self._store.note, self._id)
                note, stale = changes.move(current.note, live, revision.transcript.turns)
                revision = replace(
                    revision,
                    note=note,
                    drafter=current.drafter,
                    codes=await self._suggest(note, material),
                    base_version=current.version,
                    stale=current.stale | stale,
                )
            else:
                return True
        return False

    async def _suggest(self, note: Note, material: Material) -> tuple[CodeSuggestion, ...] | None:
        """Codes for a note; ``None`` when the coder failed."""
        try:
            suggest, chart = self._room.parts.coder.suggest, self._room.encounter.chart
            return await self._room.workers.write(suggest, note, material.findings, chart)
        except Exception as error:
            log.error("visit %s: coding failed: %s", self._id, type(error).__name__)
            self.coder_failed = True
            return None
