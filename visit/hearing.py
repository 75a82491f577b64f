"""What a transcriber reports while a visit is going on."""

from dataclasses import dataclass
from enum import StrEnum

from visit.turns import Turn
from visit.words import Word


@dataclass(frozen=True, slots=True)
class PartialWords:
    """Words that may still change; they replace the last partial and follow all committed words."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class CommittedWords:
    """Words that will not change until the final pass; always appended, never withdrawn."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class TurnClosed:
    """A turn is complete. Closing the same ``index`` again revises its speaker, never its words."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class Rejected:
    """Text that a filter kept out of the transcript, with the reason. ``start`` and ``end`` are samples."""

    text: str
    reason: str
    start: int
    end: int


class HearingState(StrEnum):
    """How well the transcriber keeps up: ``DEGRADED`` means partials have slowed or stopped."""

    LISTENING = "listening"
    DEGRADED = "degraded"


@dataclass(frozen=True, slots=True)
class HearingStatus:
    """The transcriber's state and how far its commits lag behind the audio, in seconds."""

    state: HearingState
    lag_s: float


HearingEvent = PartialWords | CommittedWords | TurnClosed | Rejected | HearingStatus
