"""Who said what: a turn is what one speaker says until another begins."""

from dataclasses import dataclass
from enum import StrEnum

from visit.words import Word


class Speaker(StrEnum):
    """The role of a voice. ``UNKNOWN`` is an answer; nothing is guessed silently."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's stretch of speech.

    ``index`` is the turn's place in the visit, from 0: evidence points at it everywhere. ``start`` and
    ``end`` are samples (both 0 when a transcript came without times). ``voice`` labels the voice that
    was heard, before a role is given to it.
    """

    index: int
    speaker: Speaker
    text: str
    start: int = 0
    end: int = 0
    words: tuple[Word, ...] = ()
    voice: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Speech that could not be written down. ``start`` and ``end`` are samples."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything heard in a visit, in order, and the places where hearing failed."""

    turns: tuple[Turn, ...]
    gaps: tuple[Gap, ...] = ()
    duration_s: float = 0.0
    model: str = ""
