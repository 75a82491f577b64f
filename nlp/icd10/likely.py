"""Which words of a title a term's word stands for ("anomaly" for "malformation"), learned from the list itself.

Each inclusion term and the title above it are read as a sentence and its translation; IBM Model 1 (Brown et al.,
"The Mathematics of Statistical Machine Translation", 1993) finds which words go together.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from nlp.icd10.table import Table

Words = frozenset[str]
Likely = dict[str, dict[str, float]]
"""For each stem of a term the stems of titles that it stands for, and how likely each is."""

_ROUNDS: Final = 4
_LEAST: Final = 0.02
_RARE: Final = 1.0
"""Added to every word's count, so that a word met once is not believed wholly."""


def learn(table: Table, words: Callable[[str], Words]) -> Likely:
    """Learn from every inclusion term of ``table``; takes two or three seconds."""
    pairs = list(_pairs(table, words))
    likely: Likely = defaultdict(dict)
    for said, meant in pairs:
        for word in said:
            likely[word].update(dict.fromkeys(meant, 1.0))
    for _ in range(_ROUNDS):
        likely = _again(pairs, likely)
    return likely


def _again(pairs: list[tuple[Words, Words]], likely: Likely) -> Likely:
    """One round of expectation and maximisation."""
    counted: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for said, meant in pairs:
        for title in meant:
            whole = sum(likely[word].get(title, 0.0) for word in said)
            for word in said if whole else ():
                counted[word][title] += likely[word].get(title, 0.0) / whole
    better: Likely = {}
    for word in likely:
        total = sum(counted[word].values()) + _RARE
        better[word] = {title: n / total for title, n in counted[word].items() if n / total > _LEAST}
    return better


def _pairs(table: Table, words: Callable[[str], Words]) -> Iterator[tuple[Words, Words]]:
    for node in table.nodes.values():
        above = table.nodes.get(node.parent)
        meant = words(node.name) | (words(above.name) if above else frozenset())
        for term in node.terms if node.code[0] not in "VWXY" else ():
            said = words(term)
            if said and meant:
                yield said, meant


def open_likely(table: Table, words: Callable[[str], Words], path: Path) -> Likely:
    """Read from ``path``, or learn and write there."""
    if path.is_file():
        read: Likely = json.loads(path.read_text("utf-8"))
        return read
    likely = {word: {t: round(p, 3) for t, p in found.items()} for word, found in learn(table, words).items() if found}
    part = path.with_suffix(".part")
    part.write_text(json.dumps(likely, separators=(",", ":"), sort_keys=True), "utf-8")
    part.replace(path)
    return likely
