"""Topic segments as turns arrive, each with the note divisions it feeds.

A transparent scorer: findings, acts and questions of a turn vote for a topic; a segment closes when the topic of a
new exchange differs from its own, or when it is long. An exchange (question, its answer, acknowledgements) is never
split. Segmentation by lexical and structural cues follows Galley et al., ACL 2003.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from nlp.acts import Act
from nlp.ledger import Asked
from visit.findings import Finding, Polarity
from visit.ids import FindingId, SegmentId
from visit.notes import Division, Segment

_MIN_TURNS: Final = 2
_MAX_TURNS: Final = 12
_ANSWER_REACH: Final = 3
_TOPIC: Final = {
    Division.CHIEF_COMPLAINT: "story",
    Division.HISTORY: "story",
    Division.REVIEW_OF_SYSTEMS: "story",
    Division.PAST_HISTORY: "background",
    Division.MEDICATIONS: "background",
    Division.ALLERGIES: "background",
    Division.FAMILY: "background",
    Division.SOCIAL: "social",
    Division.VITALS: "objective",
    Division.EXAM: "objective",
    Division.RESULTS: "objective",
    Division.ASSESSMENT: "plan",
    Division.PLAN: "plan",
}
_ACT_DIVISION: Final = {
    Act.VITALS: Division.VITALS,
    Act.EXAM: Division.EXAM,
    Act.RESULT: Division.RESULTS,
    Act.ASSESSMENT: Division.ASSESSMENT,
    Act.PLAN: Division.PLAN,
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One read turn: its index, who most likely spoke, the question that waited, and whether it asks a new one."""

    turn: int
    clinician: bool
    asked: Asked | None
    asks: bool


@dataclass(slots=True)
class _Building:
    first: int
    last: int
    votes: Counter[Division] = field(default_factory=Counter)
    findings: dict[FindingId, None] = field(default_factory=dict)

    @property
    def topic(self) -> str | None:
        return _TOPIC[self.votes.most_common(1)[0][0]] if self.votes else None


class Segmenter:
    """Builds segments; ``closed`` never changes once given out."""

    def __init__(self) -> None:
        """Start before the first turn."""
        self.closed: tuple[Segment, ...] = ()
        self._building: _Building | None = None

    def add(self, heard: Heard, findings: Sequence[Finding], acts: frozenset[Act]) -> None:
        """Take one read turn with what was found in it."""
        votes = _votes(findings, acts)
        since = heard.turn - heard.asked.turn if heard.asked is not None else 0
        answers = heard.asked is not None and since > 0 and any(heard.asked.turn in f.turns for f in findings)
        continues = answers or (not heard.asks and 0 < since <= _ANSWER_REACH and not _opens(acts))
        current = self._building
        if current is not None and self._shifts(current, votes, continues, answers, heard.clinician):
            self._close()
            current = None
        if current is None:
            current = self._building = _Building(heard.turn, heard.turn)
        current.last = heard.turn
        current.votes.update(votes)
        current.findings.update(dict.fromkeys(finding.id for finding in findings))

    def finish(self) -> None:
        """Close what is open."""
        if self._building is not None:
            self._close()

    def _shifts(
        self, current: _Building, votes: Counter[Division], continues: bool, answers: bool, clinician: bool
    ) -> bool:
        length = current.last - current.first + 1
        if length >= _MAX_TURNS:
            return not answers or length >= _MAX_TURNS + _ANSWER_REACH
        if continues or length < _MIN_TURNS:
            return False
        topic = _TOPIC[votes.most_common(1)[0][0]] if votes else None
        if topic is None or current.topic is None:
            return clinician and length >= _MAX_TURNS - 2
        return topic != current.topic or (length >= 8 and clinician)

    def _close(self) -> None:
        building, self._building = self._building, None
        if building is None:
            return
        number = len(self.closed) + 1
        divisions = tuple(division for division in Division if building.votes[division])
        self.closed = (
            *self.closed,
            Segment(SegmentId(f"s{number}"), building.first, building.last, divisions, tuple(building.findings)),
        )


def _opens(acts: frozenset[Act]) -> bool:
    return bool(acts & {Act.VITALS, Act.EXAM, Act.RESULT, Act.ASSESSMENT, Act.PLAN})


def _votes(findings: Sequence[Finding], acts: frozenset[Act]) -> Counter[Division]:
    votes: Counter[Division] = Counter()
    for finding in findings:
        if finding.division is not None:
            votes[finding.division] += 2 if finding.polarity is Polarity.PRESENT else 1
    for act in acts:
        if act in _ACT_DIVISION:
            votes[_ACT_DIVISION[act]] += 2
    return votes
