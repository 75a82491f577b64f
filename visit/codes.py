"""ICD-10-CM suggestions and where each one rests."""

from dataclasses import dataclass

from visit.ids import SentenceId


@dataclass(frozen=True, slots=True)
class CodeEvidence:
    """The words of the note that a suggestion rests on, and the turns behind them."""

    text: str
    sentence: SentenceId | None = None
    turns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeSuggestion:
    """One valid, billable code. ``score`` is 0 to 1; ``reason`` says in plain words why this code.

    ``accepted_tier`` is true for suggestions good enough to show unasked; the rest are alternatives.
    """

    code: str
    display: str
    score: float
    reason: str
    evidence: tuple[CodeEvidence, ...]
    accepted_tier: bool = True
