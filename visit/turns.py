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


class DoubtKind(StrEnum):
    """Why a person should listen again.

    ``REJECTED``: a filter kept the words out. ``LISTED``: a term of the chart was heard only when the recogniser had
    been told of it. ``SOUNDS_LIKE``: the words that stand sound like a term of the chart.
    """

    REJECTED = "rejected"
    LISTED = "listed"
    SOUNDS_LIKE = "sounds_like"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place to listen to again. Nothing is changed by it.

    ``text`` is what was heard (for ``REJECTED`` what does not stand in the transcript, else what does), ``other``
    what may have been said instead. ``start`` and ``end`` are samples.
    """

    kind: DoubtKind
    text: str
    start: int
    end: int
    other: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything heard in a visit, in order, the places where hearing failed, and those to listen to again."""

    turns: tuple[Turn, ...]
    gaps: tuple[Gap, ...] = ()
    duration_s: float = 0.0
    model: str = ""
    doubts: tuple[Doubt, ...] = ()
