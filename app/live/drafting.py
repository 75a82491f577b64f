"""Sentences per segment, drafted once: while the visit goes on, and again only where something changed."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from app.live.workers import Workers
from app.ports import Drafter
from visit.findings import Finding
from visit.notes import Note, NoteSentence, Segment
from visit.turns import Speaker, Turn

log = logging.getLogger(__name__)

Sentences = tuple[NoteSentence, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """The turns and findings of a whole visit so far."""

    turns: tuple[Turn, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Key:
    """All that a segment's sentences depend on."""

    segment: Segment
    said: tuple[tuple[Speaker, str], ...]
    findings: tuple[Finding, ...]


class Drafts:
    """Drafts segments in the drafting thread and keeps the result for as long as the segment stays the same."""

    def __init__(self, workers: Workers, drafter: Drafter, fallback: Drafter) -> None:
        """``fallback`` needs no model; it drafts what ``drafter`` fails on. ``late`` segments it drafted last time."""
        self._workers = workers
        self._drafter = drafter
        self._fallback = fallback
        self._drafts: dict[_Key, asyncio.Task[Sentences]] = {}
        self.failed = False
        self.late = 0

    def start(self, segments: Sequence[Segment], material: Material) -> list[asyncio.Task[Sentences]]:
        """Begin to draft what was not drafted as it is now, and return that; drop drafts of what is gone."""
        keys = [_key(segment, material) for segment in segments]
        for key in self._drafts.keys() - set(keys):
            self._drafts.pop(key).cancel()
        fresh = {
            key: asyncio.create_task(self._draft(key.segment, material)) for key in keys if key not in self._drafts
        }
        self._drafts |= fresh
        return list(fresh.values())

    async def all(self, segments: Sequence[Segment], material: Material, within_s: float | None = None) -> Sentences:
        """The sentences of these segments, in order.

        What the drafter has not finished ``within_s`` seconds is drafted by the fallback this time, and goes on
        being drafted for the next.
        """
        self.start(segments, material)
        tasks = [self._drafts[_key(segment, material)] for segment in segments]
        if tasks:
            await asyncio.wait(tasks, timeout=within_s)
        self.late = sum(not task.done() for task in tasks)
        drafts = [
            await (task if task.done() else self._fall_back(segment, material))
            for segment, task in zip(segments, tasks, strict=True)
        ]
        return tuple(sentence for draft in drafts for sentence in draft)

    async def assemble(self, sentences: Sentences, material: Material, template: str) -> Note:
        """One note of all sentences."""
        try:
            return await self._workers.write(
                self._drafter.assemble, sentences, material.turns, material.findings, template
            )
        except Exception as error:
            self._fail(error)
            return await self._workers.write(
                self._fallback.assemble, sentences, material.turns, material.findings, template
            )

    def cancel(self) -> None:
        """Drop what has not begun."""
        for task in self._drafts.values():
            task.cancel()

    async def _draft(self, segment: Segment, material: Material) -> Sentences:
        try:
            return await self._workers.draft(self._drafter.draft, segment, material.turns, material.findings)
        except Exception as error:
            self._fail(error)
            return await self._fall_back(segment, material)

    async def _fall_back(self, segment: Segment, material: Material) -> Sentences:
        return await self._workers.write(self._fallback.draft, segment, material.turns, material.findings)

    def _fail(self, error: Exception) -> None:
        """Remember that the drafter failed; its message may quote the visit, so only the type is logged."""
        log.error("drafting failed: %s", type(error).__name__)
        self.failed = True


def _key(segment: Segment, material: Material) -> _Key:
    said = tuple((turn.speaker, turn.text) for turn in material.turns[segment.first : segment.last + 1])
    findings = tuple(finding for finding in material.findings if finding.id in segment.findings)
    return _Key(segment, said, findings)
