"""What was heard, word by word."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word. ``start`` and ``end`` are samples; ``probability`` is the recogniser's, 0 to 1."""

    text: str
    start: int
    end: int
    probability: float = 1.0
