"""A part of a finished visit drafted anew from its transcript, by the same threads as every draft."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from app.live.drafting import Drafts, Material, Sentences
from app.live.understanding import Understanding
from app.live.workers import Workers
from visit.charts import Chart
from visit.notes import Division, Segment
from visit.turns import Transcript

if TYPE_CHECKING:
    from app.engines import Parts

WITHIN_S: Final = 30.0
"""How long a language model may take; what it has not worded by then is drafted by rule."""


async def redraft(
    parts: "Parts", workers: Workers, chart: Chart, transcript: Transcript, divisions: Collection[Division]
) -> Sentences:
    """The sentences of these divisions, of all when none are named, drafted from the transcript as it is now.

    Only segments that the rules draft something for in these divisions are given to the drafter.
    """
    understanding = await workers.read(Understanding, parts.reader, chart)
    await workers.read(understanding.read_again, transcript.turns)
    await workers.read(understanding.finish)
    segments = await workers.read(understanding.whole)
    material = Material(transcript.turns, await workers.read(understanding.findings))
    drafts = Drafts(workers, parts.drafter, parts.fallback)
    try:
        wanted = [s for s in segments if not divisions or await _touches(parts, workers, s, material, divisions)]
        sentences = await drafts.all(wanted, material, WITHIN_S)
    finally:
        drafts.cancel()
    return tuple(s for s in sentences if not divisions or s.division in divisions)


async def _touches(
    parts: "Parts", workers: Workers, segment: Segment, material: Material, divisions: Collection[Division]
) -> bool:
    rough = await workers.write(parts.fallback.draft, segment, material.turns, material.findings)
    return any(sentence.division in divisions for sentence in rough)
