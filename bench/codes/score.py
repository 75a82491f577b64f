"""Figures for suggested codes against labelled ones."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from visit.codes import CodeSuggestion

TOP = 5


@dataclass
class Tally:
    """Counts over notes, micro-averaged."""

    hit: int = 0
    accepted: int = 0
    gold: int = 0
    category_hit: int = 0
    category_accepted: int = 0
    category_gold: int = 0
    in_five: int = 0
    suggested: int = 0
    invalid: int = 0
    without_evidence: int = 0
    missed: list[tuple[str, list[str], list[str]]] = field(default_factory=list)

    def add(self, note: str, suggestions: Sequence[CodeSuggestion], gold: Iterable[str], *, invalid: int) -> None:
        """Count one note."""
        right = set(gold)
        chosen = [s.code for s in suggestions if s.accepted_tier]
        self.hit += len(right & set(chosen))
        self.accepted += len(set(chosen))
        self.gold += len(right)
        right3, chosen3 = {c[:3] for c in right}, {c[:3] for c in chosen}
        self.category_hit += len(right3 & chosen3)
        self.category_accepted += len(chosen3)
        self.category_gold += len(right3)
        self.in_five += len(right & {s.code for s in suggestions[:TOP]})
        self.suggested += len(suggestions)
        self.invalid += invalid
        self.without_evidence += sum(not s.evidence for s in suggestions)
        if right != set(chosen):
            self.missed.append((note, sorted(right - set(chosen)), sorted(set(chosen) - right)))

    def figures(self) -> Mapping[str, float]:
        """The rates that the targets name."""
        precision, recall, f1 = rates(self.hit, self.accepted, self.gold)
        return {
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "category_f1": rates(self.category_hit, self.category_accepted, self.category_gold)[2],
            "recall_in_five": ratio(self.in_five, self.gold),
            "accepted_per_gold": ratio(self.accepted, self.gold),
            "invalid": self.invalid,
            "without_evidence": self.without_evidence,
        }


def rates(hit: int, said: int, gold: int) -> tuple[float, float, float]:
    """Precision, recall and their harmonic mean."""
    precision, recall = ratio(hit, said), ratio(hit, gold)
    return precision, recall, ratio(2 * precision * recall, precision + recall)


def ratio(part: float, whole: float) -> float:
    """``part / whole``, 0 when there is nothing to divide by."""
    return round(part / whole, 4) if whole else 0.0
