"""Guards around the chart's terms: a listed drug must also be heard by one who was not told of it.

Telling the recogniser a patient's drugs makes it spell them right and, now and then, hear them where something else
was said. So a term that was heard without certainty is decoded again without the list: when that hearing sounds
different, it stands, and the term becomes a doubt to listen to. The other way round, words that only sound like a
listed term are offered as a doubt, never changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from asr.filters import fold
from asr.sounds import alike, consonants
from visit.audio import SAMPLE_RATE
from visit.turns import Doubt, DoubtKind
from visit.words import Word

CERTAIN: Final = 0.85
"""Probability from which a listed term needs no second hearing."""

SAME_SOUND: Final = 0.58
"""Likeness from which another hearing confirms a term."""

_OFFERED: Final = 0.76
_OFFERED_SHORT: Final = 0.88
_LONG, _SHORTEST = 5, 4
"""Words that sound this much like a term are offered; a term of few consonants needs more likeness, and one of fewer
still ("lithium") sounds like too much everyday talk ("let me") to be offered at all."""

_MOST_WORDS: Final = 5
_AROUND: Final = 4 * SAMPLE_RATE
"""Sound on either side of a term that is decoded again with it."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words ``first`` to ``last`` (indices, both included) say a listed term."""

    term: str
    first: int
    last: int


Rehear = Callable[[Sequence[tuple[int, int]]], list[list[Word]]]
"""Decodes stretches of the visit without the list; words in samples of the visit."""


def confirm(words: Sequence[Word], terms: Sequence[str], rehear: Rehear) -> tuple[list[Word], list[Doubt]]:
    """The words after every uncertain listed term was heard again, and what became doubtful."""
    unsure = [m for m in mentions(words, terms) if _probability(words[m.first : m.last + 1]) < CERTAIN]
    spans = [(words[m.first].start - _AROUND, words[m.last].end + _AROUND) for m in unsure]
    kept, doubts = list(words), []
    for mention, heard in reversed(list(zip(unsure, rehear(spans), strict=True))):
        said = kept[mention.first : mention.last + 1]
        other = [word for word in heard if _middle_in(word, said[0].start, said[-1].end)]
        text, instead = _text(said), _text(other)
        if mentions(other, [mention.term]):
            continue
        start, end = said[0].start, said[-1].end
        if alike(instead, text) >= SAME_SOUND:
            doubts.append(Doubt(DoubtKind.LISTED, text, start, end, instead, "heard otherwise without the list"))
        else:
            kept[mention.first : mention.last + 1] = other
            doubts.append(Doubt(DoubtKind.LISTED, instead, start, end, text, "heard only with the list"))
    return kept, doubts[::-1]


def repairs(words: Sequence[Word], terms: Sequence[str]) -> list[Doubt]:
    """Words that sound like a listed term but say something else."""
    spoken = {at for m in mentions(words, terms) for at in range(m.first, m.last + 1)}
    found: dict[int, tuple[float, Doubt]] = {}
    for term in terms:
        if consonants(term) < _SHORTEST:
            continue
        enough = _OFFERED if consonants(term) >= _LONG else _OFFERED_SHORT
        for first in range(len(words)):
            for last in range(first, min(first + _MOST_WORDS, len(words))):
                run = words[first : last + 1]
                if spoken & set(range(first, last + 1)) or _broken(run):
                    break
                likeness = alike(_text(run), term, enough)
                if likeness >= enough and likeness > found.get(first, (0.0, None))[0]:
                    reason = f"sounds like {term}"
                    doubt = Doubt(DoubtKind.SOUNDS_LIKE, _text(run), run[0].start, run[-1].end, term, reason)
                    found[first] = (likeness, doubt)
    return _apart(found)


def mentions(words: Sequence[Word], terms: Sequence[str]) -> list[Mention]:
    """Where the words say a listed term, in order."""
    said = [fold(word.text) for word in words]
    out = []
    for term in terms:
        wanted = [fold(part) for part in term.split()]
        for at in range(len(said) - len(wanted) + 1):
            if said[at : at + len(wanted)] == wanted:
                out.append(Mention(term, at, at + len(wanted) - 1))
    return sorted(out, key=lambda mention: mention.first)


def _apart(found: dict[int, tuple[float, Doubt]]) -> list[Doubt]:
    """The likeliest of offers that overlap."""
    kept: list[Doubt] = []
    for _, doubt in sorted(found.values(), key=lambda item: -item[0]):
        if all(doubt.end <= other.start or doubt.start >= other.end for other in kept):
            kept.append(doubt)
    return sorted(kept, key=lambda doubt: doubt.start)


def _broken(run: Sequence[Word]) -> bool:
    """Whether a sentence ends or a pause lies inside: no name goes across."""
    return any(
        before.text[-1:] in ".?!" or after.start - before.end > SAMPLE_RATE // 2
        for before, after in zip(run, run[1:], strict=False)
    )


def _middle_in(word: Word, start: int, end: int) -> bool:
    return start <= (word.start + word.end) // 2 < end


def _probability(words: Sequence[Word]) -> float:
    return min(word.probability for word in words)


def _text(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)
