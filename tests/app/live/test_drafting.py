"""Segments are drafted once each, again only where something changed, and by the fallback where the drafter fails."""

from dataclasses import replace

import pytest
from support import engines

from app.live.drafting import Drafts, Material
from app.live.workers import Workers
from visit.findings import Finding, FindingKind
from visit.ids import FindingId, SegmentId
from visit.notes import Division, Origin, Segment
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

TURNS = tuple(Turn(i, Speaker.PATIENT, f"turn {i}") for i in range(4))
FINDING = Finding(FindingId("f1"), FindingKind.SYMPTOM, "pain", "pain", (2,))
MATERIAL = Material(TURNS, (FINDING,))
FIRST = Segment(SegmentId("a"), 0, 1, (Division.HISTORY,))
SECOND = Segment(SegmentId("b"), 2, 3, (Division.HISTORY,), (FINDING.id,))


@pytest.fixture
def drafter() -> engines.Drafts:
    return engines.Drafts()


@pytest.fixture
def drafts(drafter: engines.Drafts) -> Drafts:
    return Drafts(Workers(), drafter, engines.Drafts(Origin.RULES))


async def test_what_was_drafted_ahead_is_not_drafted_again(drafts: Drafts, drafter: engines.Drafts) -> None:
    assert len(drafts.start([FIRST], MATERIAL)) == 1
    assert drafts.start([FIRST], MATERIAL) == []
    sentences = await drafts.all([FIRST, SECOND], MATERIAL)
    assert [sentence.evidence for sentence in sentences] == [(0,), (1,), (2,), (3,)]
    assert drafter.drafted == ["a", "b"]


@pytest.mark.parametrize(
    "changed",
    [
        replace(MATERIAL, turns=(*TURNS[:3], replace(TURNS[3], text="another"))),
        replace(MATERIAL, turns=(*TURNS[:3], replace(TURNS[3], speaker=Speaker.CLINICIAN))),
        replace(MATERIAL, findings=(replace(FINDING, concept="ache"),)),
    ],
    ids=["words", "speaker", "finding"],
)
async def test_only_the_segment_that_changed_is_drafted_again(
    drafts: Drafts, drafter: engines.Drafts, changed: Material
) -> None:
    await drafts.all([FIRST, SECOND], MATERIAL)
    await drafts.all([FIRST, SECOND], changed)
    assert drafter.drafted == ["a", "b", "b"]


async def test_a_drafter_that_fails_is_replaced_and_said_so(drafts: Drafts, drafter: engines.Drafts) -> None:
    drafter.broken = True
    sentences = await drafts.all([FIRST], MATERIAL)
    assert {sentence.origin for sentence in sentences} == {Origin.RULES}
    assert drafts.failed


async def test_what_is_late_is_drafted_by_rules_now_and_by_the_drafter_for_next_time(
    drafts: Drafts, drafter: engines.Drafts
) -> None:
    await drafts.all([FIRST], MATERIAL)
    drafter.gate.clear()
    sentences = await drafts.all([FIRST, SECOND], MATERIAL, within_s=0.05)
    assert [sentence.origin for sentence in sentences] == [Origin.MODEL] * 2 + [Origin.RULES] * 2
    assert (drafts.late, drafts.failed) == (1, False)
    drafter.gate.set()
    sentences = await drafts.all([FIRST, SECOND], MATERIAL)
    assert {sentence.origin for sentence in sentences} == {Origin.MODEL}
    assert drafter.drafted == ["a", "b"]
