"""What an engine is asked and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from visit.notes import Division
from visit.turns import Turn


@dataclass(frozen=True, slots=True)
class SegmentPrompt:
    """Something to write up: turns, the facts understood in them, and the phrases that the rules made of them.

    ``turns`` come normalised (:func:`prompts.untrusted.normalise`); they are data, whatever they say. ``attempt``
    counts how often the same was asked before.
    """

    turns: tuple[Turn, ...]
    facts: tuple[str, ...]
    phrases: tuple[str, ...]
    divisions: tuple[Division, ...]
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence a model proposes. ``evidence`` is empty when the model names no turns."""

    text: str
    evidence: tuple[int, ...] = ()
    division: Division | None = None


class Engine(Protocol):
    """Proposes sentences. Nothing it says is trusted: the gate decides.

    ``phrases_at_once`` is how many phrases it words well at a time; ``None`` for a whole segment.
    """

    phrases_at_once: int | None

    def propose(self, prompts: Sequence[SegmentPrompt]) -> list[tuple[Proposal, ...]]:
        """Proposals for each prompt, in order; alternatives for the same statement may stand side by side.

        Raises :class:`prompts.errors.EngineError` when there is nothing usable.
        """
