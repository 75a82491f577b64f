"""ICD-10-CM suggestions and where each one rests."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Hint:
    """One question about what the note leaves open and a code depends on. It asks; it proposes no answer.

    ``id`` is stable for the same question about the same code, so that it can be dismissed. ``code`` is the
    suggestion it concerns; it is empty for the whole note.
    """

    id: str
    question: str
    guideline: str
    code: str = ""
    sentence: SentenceId | None = None


class Complexity(StrEnum):
    """The four levels of medical decision making, lowest first."""

    STRAIGHTFORWARD = "straightforward"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class LevelElement:
    """One of the three elements of decision making: the level it reaches, why, and the words it rests on."""

    name: Literal["problems", "data", "risk"]
    level: Complexity
    why: str
    evidence: tuple[CodeEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitLevel:
    """The level that two of the three elements reach, and what documented time would support instead.

    ``minutes`` is the total time that the note states, ``by_time`` the level it supports; ``None`` when none is stated.
    """

    level: Complexity
    elements: tuple[LevelElement, ...]
    minutes: int | None = None
    by_time: Complexity | None = None


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """What is wrong with a code on a claim: ``kind`` is stable, ``why`` is for people and names the rule."""

    code: str
    kind: Literal["unknown", "incomplete", "excluded", "integral", "order", "patient", "negated", "undocumented"]
    why: str


@dataclass(frozen=True, slots=True)
class RiskCategory:
    """The risk-adjustment category of a code. It informs; nothing is suggested because of it."""

    code: str
    category: str
    label: str
