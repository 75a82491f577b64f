"""Why a decoded word may not be speech: filters against invented text, each with a reason.

The rules and numbers follow the reference notes on Whisper's known failures (repetition, text on silence,
prompt echoes) and faster-whisper's word anomaly score.
"""

import re
from collections.abc import Sequence
from typing import Final, Protocol

from visit.audio import SAMPLE_RATE

_STOCK: Final = frozenset(
    {
        "thank you",
        "thanks",
        "thank you very much",
        "thank you so much",
        "thank you for watching",
        "thanks for watching",
        "please subscribe",
        "subscribe",
        "subtitles by the amara.org community",
        "subtitles by",
        "you",
        "bye",
        "bye bye",
        "so",
        "the end",
        "i'll see you next time",
    }
)
"""Phrases Whisper invents on silence; alone they prove nothing, so they fall only when the sound is doubtful."""


_COPY_LEAST: Final = 5
_COPY_ALIKE: Final = 0.8
"""Words of a passage that is said twice, at least, and the share of them that must be the same."""

_FASTEST_S: Final = 0.12
"""Seconds a word, over a whole passage, that nobody undercuts."""


class Spoken(Protocol):
    """What the filters need of a word: text and probability."""

    @property
    def text(self) -> str:
        """The word."""

    @property
    def probability(self) -> float:
        """The recogniser's, 0 to 1."""


class Timed(Protocol):
    """A word and where it was heard, in samples."""

    @property
    def text(self) -> str:
        """The word."""

    @property
    def start(self) -> int:
        """Its first sample."""

    @property
    def end(self) -> int:
        """The sample after its last."""


def fold(text: str) -> str:
    """A word without case and outer punctuation, for comparing."""
    return re.sub(r"^\W+|\W+$", "", text.lower().replace("’", "'"))


def repeats(words: Sequence[str], times: int = 4, longest: int = 4) -> bool:
    """Whether any run of one to ``longest`` words occurs ``times`` times in a row.

    Short answers repeat in real speech ("no, no, no, no"), so a single word must repeat twice as often.
    """
    folded = [fold(word) for word in words]
    for size in range(1, longest + 1):
        need = times * 2 if size == 1 else times
        run = 0
        for at in range(size, len(folded)):
            run = run + 1 if folded[at] == folded[at - size] else 0
            if run >= size * (need - 1):
                return True
    return False


def copied(before: Sequence[Timed], words: Sequence[Timed], *, misplaced: bool = False) -> range:
    """The places in ``words`` that only say once more what was said just before, there or in ``before``.

    The model can say a passage twice of which there is sound for one: then one of the two is spoken faster than anyone
    speaks. A person who repeats themselves takes the time that it takes. Where the words of ``before`` are known to be
    ``misplaced``, their times say nothing. Short runs are left to :func:`repeats`.
    """
    line = [*before, *words]
    folded = [fold(word.text) for word in line]
    for at in range(max(_COPY_LEAST, len(before)), len(line) - _COPY_LEAST + 1):
        for size in range(min(at, len(line) - at), _COPY_LEAST - 1, -1):
            if folded[at - size] != folded[at]:
                continue
            alike = sum(one == two for one, two in zip(folded[at - size : at], folded[at : at + size], strict=True))
            doubtful = misplaced or _hurried(line[at - size : at]) or _hurried(line[at : at + size])
            if doubtful and alike >= _COPY_ALIKE * size:
                return range(at - len(before), at - len(before) + size)
    return range(0)


def _hurried(words: Sequence[Timed]) -> bool:
    return words[-1].end - words[0].start < _FASTEST_S * SAMPLE_RATE * len(words)


def anomaly(probability: float, duration_s: float) -> float:
    """faster-whisper's word anomaly score: improbable, very short or very long words score."""
    score = 1.0 if probability < 0.15 else 0.0
    if duration_s < 0.133:
        score += (0.133 - duration_s) * 15
    if duration_s > 2.0:
        score += duration_s - 2.0
    return score


def is_stock(words: Sequence[str]) -> bool:
    """Whether the words are exactly one of the phrases that Whisper invents."""
    return " ".join(fold(word) for word in words) in _STOCK


def echoes(words: Sequence[Spoken], prompt: Sequence[str]) -> list[int]:
    """Indices of words in runs of three or more that repeat the prompt and were heard with low probability."""
    heard, listed = [fold(w.text) for w in words], [fold(w) for w in prompt]
    grams = {tuple(listed[i : i + 3]) for i in range(len(listed) - 2)}
    found: set[int] = set()
    for at in range(len(heard) - 2):
        run = words[at : at + 3]
        if tuple(heard[at : at + 3]) in grams and sum(w.probability for w in run) / 3 < 0.5:
            found |= {at, at + 1, at + 2}
    return sorted(found)
