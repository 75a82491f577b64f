"""Words of notes and titles brought to one form: spelling, abbreviations, stems, numbers, sides."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from nlp.icd10.data import data, words

SIDES: Final = frozenset({"right", "left", "bilateral"})

STOP: Final = frozenset(words("stop"))
"""Words that carry no diagnosis. "Status" is among them because notes say "status post"; its cue is read elsewhere."""

NEUTRAL: Final = frozenset(words("neutral"))
"""Title words that a note need not say for the code to be right; they weigh little."""

_SPELLING: Final = tuple(data("words")["spelling"].items())
_IRREGULAR: Final = dict(data("words")["stems"])
_ROMAN: Final = {"ii": "2", "iii": "3", "iv": "4", "two": "2", "three": "3", "four": "4", "five": "5", "one": "1"}
_SUFFIXES: Final = (
    "ational", "ization", "isation", "ically", "ations", "ation", "ities", "ative", "ional", "ingly", "ical", "ible",
    "able", "ious", "eous", "ions", "ives", "ity", "ial", "ion", "ive", "ous", "ary", "ory", "ing", "ied", "ies", "ic",
    "al", "ed", "es", "y", "e", "s",
)  # fmt: skip
_WORD: Final = re.compile(r"[a-z][a-z0-9]*|\d+(?:\.\d+)?[a-z]?")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A rough stem: spelling made American, endings off, at least four letters kept."""
    if word in _IRREGULAR:
        return str(_IRREGULAR[word])
    if len(word) <= 4 or word[0].isdigit():
        return word[:-1] if len(word) == 4 and word.endswith("s") and not word.endswith("ss") else word
    for british, american in _SPELLING:
        word = word.replace(british, american)
    if word.endswith(("itis", "osis", "asis", "esis", "ysis", "xis", "us", "ss", "is")):
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word[: -len(suffix)]
    return word


class Normaliser:
    """Turns text into stems. ``abbreviations`` expand to phrases, ``equal`` brings equal words to one."""

    def __init__(self, abbreviations: dict[str, str] | None = None, equal: dict[str, str] | None = None) -> None:
        """Both maps are in lower case."""
        self._abbreviations = abbreviations or {}
        self._words = {stem(k): stem(v) for k, v in (equal or {}).items()}

    def tokens(self, text: str) -> tuple[str, ...]:
        """Stems of ``text`` in order, stop words left out; "without fever …" becomes the one word ``no_fever``."""
        kept = _WITHOUT.sub(" ", text)
        lacks = tuple(f"no_{stem(m[1].lower())}" for m in _WITHOUT.finditer(text))
        return tuple(t for t in self._all(kept) if t not in STOP) + lacks

    def _all(self, text: str) -> Iterable[str]:
        low = text.lower().replace("’", "'").replace("'s", "")
        low = _NON.sub(r"non\1", _HYPHEN.sub(r"\1\2", low))
        for found in _WORD.finditer(low):
            word = _ROMAN.get(found[0], found[0])
            expansion = self._abbreviations.get(word)
            for part in expansion.split() if expansion else (word,):
                token = part if part in STOP else stem(part)
                yield self._words.get(token, token)


_HYPHEN: Final = re.compile(rf"\b({'|'.join(words('prefixes'))})-([a-z]{{3,}})")
_NON: Final = re.compile(r"\bnon ([a-z]{3,})")
_PLURAL: Final = re.compile(r"(?<=[a-z])\([a-z]{1,3}\)")
_PARENTHESES: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_RESIDUAL: Final = re.compile(r"\b(?:not elsewhere classified|not otherwise specified|not specified as)\b[^,;]*", re.I)
_WITHOUT: Final = re.compile(
    r"\bwithout(?: (?:mention|evidence|diagnosis) of)?(?: an?)?(?: (?:other|any|status))? ([a-z]+)[^,;]*", re.I
)


def title_core(title: str) -> str:
    """A title without brackets (non-essential modifiers) and without words that only say what it is not."""
    return _RESIDUAL.sub(" ", _PARENTHESES.sub(" ", _PLURAL.sub("", title)))


@lru_cache(maxsize=131072)
def is_residual(title: str) -> bool:
    """Whether a title is the "unspecified" or "without …" one among its siblings."""
    low = title.lower()
    return "unspecified" in low or "without" in low or "not otherwise" in low or low.endswith(" nos")


@lru_cache(maxsize=131072)
def is_other(title: str) -> bool:
    """Whether a title is an "other" class: right only for something named and not listed."""
    return title.lower().startswith(("other ", "other specified")) or ", other" in title.lower()


def sides(tokens: Sequence[str] | frozenset[str]) -> frozenset[str]:
    """Sides named among stems; right and left together are bilateral."""
    found = {t for t in tokens if t in SIDES}
    return frozenset({"bilateral"}) if {"right", "left"} <= found else frozenset(found)
