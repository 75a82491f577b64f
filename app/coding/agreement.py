"""How often people kept what was suggested: counted per code, per coder, per version of what suggests."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from visit.ids import EncounterId, UserId

Verdict = Literal["accepted", "changed", "rejected", "added", "undecided"]
"""What became of a code: kept, replaced by another, refused; entered by a person though it was not suggested; or
undecided again, because the person took the decision back."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of a person about one code. ``model`` names what suggested it."""

    encounter: EncounterId
    code: str
    verdict: Verdict
    by: UserId
    model: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts under one heading. ``rate`` is the share of decided suggestions that were kept, ``None`` when there are
    none: nothing decided is no agreement and no disagreement."""

    key: str
    accepted: int = 0
    changed: int = 0
    rejected: int = 0
    added: int = 0

    @property
    def decided(self) -> int:
        """Suggestions that a person decided about."""
        return self.accepted + self.changed + self.rejected

    @property
    def rate(self) -> float | None:
        """Kept suggestions by decided ones."""
        return self.accepted / self.decided if self.decided else None


def last_word(decisions: Iterable[Decided]) -> list[Decided]:
    """For each code of each visit the newest decision, unless it was taken back; ``decisions`` come oldest first."""
    newest: dict[tuple[EncounterId, str], Decided] = {}
    for one in decisions:
        newest[one.encounter, one.code] = one
    return [one for one in newest.values() if one.verdict != "undecided"]


def agreement(decisions: Sequence[Decided], key: Callable[[Decided], str]) -> list[Agreement]:
    """Counts under each ``key``, most decided first."""
    groups: dict[str, list[Decided]] = {}
    for one in decisions:
        groups.setdefault(key(one), []).append(one)
    rows = [_counted(name, group) for name, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.decided - row.added, row.key))


def _counted(key: str, group: Sequence[Decided]) -> Agreement:
    def count(verdict: Verdict) -> int:
        return sum(one.verdict == verdict for one in group)

    return Agreement(key, count("accepted"), count("changed"), count("rejected"), count("added"))
