"""Does a note state a fact? A matcher by words, meaning, polarity and numbers.

A fact is found where one unit of the note (a sentence, or a clause of one) agrees with it in three things:

- content: it holds two thirds of the fact's words, or its sentence vector has a cosine of at least .60 with the fact's;
- polarity: both affirm or both deny, a short clause of a list inheriting the denial that opens it;
- numbers: its sentence states every number of the fact.

A fact that agrees in content and numbers only with units of the other polarity is *opposed*: the note likely says the
opposite. ``bench.notes.parity`` compares this with an outside scorer of the same rule.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from prompts.language.numerals import stated

CONTAINMENT, COSINE = 0.67, 0.60
_INHERITS = 7
"""Words of the longest clause that inherits a denial."""


class Embedder(Protocol):
    """Gives sentence vectors of unit length."""

    def of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is looked for; ``parent`` stands before it for its meaning only."""

    text: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence or clause of a note, and the numbers of its sentence."""

    text: str
    denied: bool
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """Whether a fact was found, and if not, whether only its opposite was."""

    found: bool
    opposed: bool = False


def match(facts: Sequence[Fact], text: str, vectors: Embedder | None) -> list[Match]:
    """One answer a fact; without ``vectors`` content is judged by words alone."""
    pool = units(text)
    if not pool or not facts:
        return [Match(False) for _ in facts]
    bags = [frozenset(content(unit.text)) for unit in pool]
    near = np.zeros((len(facts), len(pool)))
    if vectors:
        asked = vectors.of([spelled(f"{fact.parent} {fact.text}".strip()) for fact in facts])
        near = asked @ vectors.of([spelled(unit.text) for unit in pool]).T
    return [_look(fact, pool, bags, cosines) for fact, cosines in zip(facts, near, strict=True)]


def _look(
    fact: Fact, pool: Sequence[Unit], bags: Sequence[frozenset[str]], cosines: NDArray[np.floating[Any]]
) -> Match:
    words, wanted, numbers = content(fact.text), denied(fact.text), stated(spelled(fact.text))
    polarities = {
        unit.denied
        for unit, bag, cosine in zip(pool, bags, cosines, strict=True)
        if (_share(words, bag) >= CONTAINMENT or cosine >= COSINE) and numbers <= unit.numbers
    }
    return Match(wanted in polarities, polarities == {not wanted})


def units(text: str) -> list[Unit]:
    """The sentences and clauses of a note; a sentence that both affirms and denies counts by its clauses only."""
    out = []
    for sentence in sentences(text):
        numbers, inherited = stated(spelled(sentence)), False
        clauses = []
        for clause in _pattern("breaks").split(sentence):
            if not re.search(r"\w{2}", clause):
                continue
            own = denied(clause)
            carried = inherited and len(clause.split()) <= _INHERITS and not _pattern("states").search(clause)
            inherited = own or carried
            clauses.append(Unit(clause.strip(), inherited, numbers))
        if len({unit.denied for unit in clauses}) < 2:
            out.append(Unit(sentence, denied(sentence), numbers))
        if len(clauses) > 1:
            out += clauses
    return out


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text."""
    parts = (part.strip(" \t•*>-") for part in re.split(r"(?<=[.;!?])\s+|\n+", text))
    return [part for part in parts if re.search(r"\w{2}", part)]


@lru_cache(100_000)
def content(text: str) -> tuple[str, ...]:
    """The words of a text that mean something, in order, without their endings."""
    words = re.findall(r"[a-z]+|\d+", spelled(text).lower())
    passed_over = _words()["passed_over"].split()
    return tuple(_pattern("endings").sub("", w) if len(w) > 4 else w for w in words if w not in passed_over)


@lru_cache(100_000)
def denied(text: str) -> bool:
    """Whether a text denies."""
    return bool(_pattern("denies").search(spelled(text)))


@lru_cache(100_000)
def spelled(text: str) -> str:
    """``text`` with clinical shorthand written out ("3/7" is 3 days)."""
    lists = _words()
    for unit, word in lists["per"].items():
        text = re.sub(rf"\b(\d{{1,2}})/{unit}(?!\d)", rf"\1 {word}", text)
    return " ".join(lists["shorthand"].get(word.lower().strip(".,:;"), word) for word in text.split())


def _share(words: Sequence[str], bag: frozenset[str]) -> float:
    return sum(word in bag for word in words) / len(words) if words else 0.0


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_words()[name], re.I)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "matcher.toml").read_text(encoding="utf-8"))
