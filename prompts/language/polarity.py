"""Does a clause affirm or deny something? Shared by the gate for sentences and for what was said."""

import re
from collections.abc import Sequence
from typing import Final

from prompts.language.lists import word_list
from prompts.language.words import stem, tokens

CUES: Final = frozenset(
    word_list(
        "no not never none nothing nobody without denies deny denied nor neither cannot nope nah nil negative "
        "absent don't doesn't didn't isn't wasn't aren't weren't haven't hasn't hadn't can't couldn't won't "
        "wouldn't ain't shouldn't nowhere unable stopped free resolved unremarkable"
    )
) - {"stopped", "free", "resolved", "unable"}
_BREAK: Final = frozenset(["but", "however", "although", "except", "though", "besides"])
_PSEUDO: Final = re.compile(
    r"\b(?:no (?:doubt|wonder|worries|problem|longer than|more than)|not (?:only|just|necessarily)|"
    r"nothing (?:like|to worry)|why (?:not|don't))\b",
    re.I,
)
_CLAUSE: Final = re.compile(
    r"[.;?!]|,?\s+\b(?:but|however|although|except|and (?=(?:has|is|feels|takes|reports|i|it|there)\b))\b", re.I
)
_RESUME: Final = re.compile(
    r",\s*(?:and\s+)?(?=(?:has|is|are|was|had|reports|feels|takes|it|i|they|he|she|but|there)\b)", re.I
)


def parts(text: str) -> list[str]:
    """``text`` cut where polarity may change."""
    return [p for piece in _CLAUSE.split(text) if piece for p in _RESUME.split(piece) if p and p.strip()]


def denied(clause: str, words: Sequence[str] | frozenset[str]) -> bool:
    """Whether ``clause`` denies the stems ``words``: a negation stands before the last of them or soon after it."""
    said = tokens(_PSEUDO.sub(" ", clause))
    places = [i for i, token in enumerate(said) if stem(token) in words and token not in CUES]
    cues = [i for i, token in enumerate(said) if token in CUES]
    if not cues:
        return False
    if not places:
        return True
    breaks = [i for i, token in enumerate(said) if token in _BREAK]
    before = [c for c in cues if c < places[-1] and not any(c < b < places[-1] for b in breaks)]
    after = [
        c
        for c in cues
        if places[-1] < c <= places[-1] + 3
        and said[c - 1] not in ("with", "and", "or")
        and not any(places[-1] < b < c for b in breaks)
    ]
    return bool(before or after)
