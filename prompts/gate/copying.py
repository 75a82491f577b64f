"""A sentence that nearly repeats a clause repeats its negations, sides and numbers.

Comparing sets of words (as :mod:`prompts.gate.polarity`, :mod:`prompts.gate.bearings` and :mod:`prompts.gate.amounts`
do) cannot see a "no" that was dropped where another stays, or a side that was said of something else. Where most words
of a sentence stand in one clause in the same order, they are aligned instead.
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from prompts.gate.bearings import SIDES
from prompts.gate.case import Case, Reason, lists
from prompts.language import questions
from prompts.language.clauses import clauses
from prompts.language.grammar import expand
from prompts.language.numerals import figures
from prompts.language.polarity import CUES
from prompts.language.tidy import strip_lead
from prompts.language.words import stem, tokens
from visit.turns import Speaker

_COPIED: Final = 0.6
"""Share of a sentence's words that a clause must hold in order to be the one it repeats."""
_FEWEST: Final = 2
_BEFORE: Final = 2
"""Words before the repeated ones in which a negation, side or number belongs to them."""
_NO: Final = "<no>"
_PASSED_OVER: Final = frozenset(lists()["passed_over"]["words"].split())
_LISTS: Final = re.compile(r"^(?:denies|no|does not have)\b.*(?:,|\bor\b|\band\b)", re.I)
_NUMBER: Final = re.compile(r"\d+(?:[./]\d+)*")


@dataclass(frozen=True, slots=True)
class _Repeat:
    """What a clause holds where a sentence repeats it."""

    share: float
    negations: int
    sides: Counter[str]
    numbers: Counter[str]


def copying(case: Case) -> list[Reason]:
    """Where a sentence repeats a clause, it has the same negations and no other side or number."""
    said = _read(case.sentence.text)
    repeats = [found for clause in _stated(case) if (found := _repeat(said, clause))]
    best = max((found.share for found in repeats), default=0.0)
    closest = [found for found in repeats if found.share == best]
    if not closest:
        return []
    checks = (
        (Reason.UNSURE, any(_negated_alike(case.sentence.text, said.count(_NO), found) for found in closest)),
        (Reason.SIDE, any(not _sides(said) - found.sides for found in closest)),
        (Reason.UNSURE, any(not _numbers(said) - found.numbers for found in closest)),
    )
    return [reason for reason, agrees in checks if not agrees]


def _stated(case: Case) -> list[tuple[str, ...]]:
    """The clauses of the cited turns that state rather than ask, without the answer word they open with."""
    out = []
    for turn, role in zip(case.turns, case.speakers, strict=True):
        for clause in clauses(turn.text):
            asks = role is Speaker.CLINICIAN and (clause.endswith("?") or questions.is_question(clause))
            if not asks:
                out.append(_read(strip_lead(clause)))
    return out


@lru_cache(20_000)
def _read(text: str) -> tuple[str, ...]:
    """The stems of a text in order; every negation is one mark, and words that carry no meaning are passed over."""
    words = tokens(figures(expand(text)))
    return tuple(_NO if word in CUES else stem(word) for word in words if word in CUES or word not in _PASSED_OVER)


def _repeat(said: tuple[str, ...], clause: tuple[str, ...]) -> _Repeat | None:
    """Where ``clause`` is repeated, or ``None`` when it is not; what is compared does not count as repeated."""
    words = sum(map(_compares, said))
    if len(set(said) & set(clause)) < _COPIED * len({word for word in said if _compares(word)}):
        return None
    blocks = SequenceMatcher(None, said, clause, autojunk=False).get_matching_blocks()
    matched = [block.b + i for block in blocks for i in range(block.size)]
    held = sum(_compares(clause[place]) for place in matched)
    if held < max(_FEWEST, _COPIED * words):
        return None
    part = clause[max(0, min(matched) - _BEFORE) : max(matched) + 1]
    return _Repeat(held / words, part.count(_NO), _sides(part), _numbers(part))


def _compares(word: str) -> bool:
    return word != _NO and word not in SIDES and not _NUMBER.fullmatch(word)


def _negated_alike(text: str, negations: int, found: _Repeat) -> bool:
    """Whether a sentence denies as the clause does; one "no" before a list stands for one before each of it."""
    if _LISTS.match(text):
        return (negations > 0) == (found.negations > 0)
    return negations % 2 == found.negations % 2


def _sides(words: tuple[str, ...]) -> Counter[str]:
    return Counter(SIDES[word] for word in words if word in SIDES)


def _numbers(words: tuple[str, ...]) -> Counter[str]:
    return Counter(word for word in words if _NUMBER.fullmatch(word))
