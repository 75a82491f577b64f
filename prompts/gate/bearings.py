"""Sides of the body and times: each as it was said."""

import re
from typing import Final

from prompts.gate.case import Case, Reason, lists
from prompts.language.clauses import clauses
from prompts.language.notewords import NOTE_WORDS
from prompts.language.words import content, stem, tokens

SIDES: Final = {word: side for side, words in lists()["sides"].items() for word in words}
"""The words that name a side, each with the one name of its side."""
_NOT_A_SIDE: Final = re.compile(
    r"\b(?:right (?:now|here|there|away|behind|after|before|around|in|at|on|up|down|then)|all right|"
    r"that's right|right\s*[,.?]|left (?:over|alone|it|to|the|for|my|off|out|with)|is left)",
    re.I,
)
TIMES: Final = frozenset(stem(word) for word in lists()["times"]["words"].split())


def sides(case: Case) -> list[Reason]:
    """A side was said, and of the part it is named with."""
    said, stands = _sided(case.said), _sided(case.sentence.text)
    words = content(case.sentence.text)
    known = {
        SIDES[f.detail.side.lower()]
        for f in case.findings
        if f.detail.side and f.detail.side.lower() in SIDES and content(f.concept) <= words
    }
    if known and stands and not known & {side for side, _ in stands}:
        return [Reason.SIDE]
    said |= {
        (SIDES[f.detail.side.lower()], "") for f in case.findings if f.detail.side and f.detail.side.lower() in SIDES
    }
    spoken = {side for side, _ in said}
    for side, part in stands:
        if side not in spoken:
            return [Reason.SIDE]
        if len(spoken & {"left", "right"}) > 1 and not _beside(case, side, words):
            return [Reason.UNSURE]
        heard = {other for other, same in said if part and same == part}
        if heard and side not in heard:
            return [Reason.SIDE]
    return []


def _beside(case: Case, side: str, words: frozenset[str]) -> bool:
    """Whether a side was said in a clause, or of a finding, that shares another word with the sentence."""
    rest = words - {stem(word) for word in SIDES} - NOTE_WORDS
    clear = any(
        f.detail.side and SIDES.get(f.detail.side.lower()) == side and content(f.concept) & rest for f in case.findings
    )
    return clear or any(
        content(clause) & rest
        for turn in case.turns
        for clause in clauses(turn.text)
        if side in {found for found, _ in _sided(clause)}
    )


def _sided(text: str) -> set[tuple[str, str]]:
    """The sides a text names, each with the stem of the word that follows."""
    words = tokens(_NOT_A_SIDE.sub(" ", text))
    return {
        (SIDES[word], stem(words[i + 1]) if i + 1 < len(words) else "") for i, word in enumerate(words) if word in SIDES
    }


def times(case: Case) -> list[Reason]:
    """A day, month or time of day was said or is that of a finding."""
    details = (f.detail for f in case.findings)
    said = content(case.said).union(*(content(f"{d.frequency} {d.onset} {d.duration}") for d in details))
    return [Reason.TIME] if (content(case.sentence.text) & TIMES) - said else []
