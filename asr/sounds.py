"""How alike two phrases sound, judged from their spelling: "lies in a pearl" is close to "lisinopril".

A coarse phonetic key in the manner of Metaphone (L. Philips, 1990) whose rules are data (``sounds.toml``), compared
by an edit distance in which vowels weigh little and sounds that are easily confused weigh half.
"""

import re
import tomllib
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final

_VOWEL: Final = 0.3
_CLOSE: Final = 0.5


@lru_cache(1)
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = tomllib.loads(Path(__file__).with_name("sounds.toml").read_text("utf-8"))
    return rules


@lru_cache(32_768)
def key(phrase: str) -> str:
    """The sounds of a phrase, one character each; words run together and doubled sounds are one."""
    words = [_rules()["numbers"].get(word, word) for word in re.findall(r"[a-z]+|\d+", phrase.lower())]
    sounds = "".join(_word(word) for word in words)
    return "".join(sound for sound, _ in groupby(sounds))


def alike(one: str, other: str, at_least: float = 0.0) -> float:
    """0 (nothing in common) to 1 (the same sounds); 0 also when their lengths alone rule ``at_least`` out."""
    a, b = key(one), key(other)
    shorter, total = sorted((_weight(a), _weight(b)))
    if not total or shorter / total < at_least:
        return 0.0
    return 1.0 - _distance(a, b) / total


def consonants(phrase: str) -> int:
    """Sounds of a phrase that are no vowels: few of them say little."""
    return sum(sound != "a" for sound in key(phrase))


def _word(word: str) -> str:
    out, at = [], 0
    while at < len(word):
        for pattern, sound in _rules()["rules"]:
            letters = pattern.strip("^$")
            first, last = pattern.startswith("^"), pattern.endswith("$")
            ends = at + len(letters)
            if word.startswith(letters, at) and not (first and at) and not (last and (ends != len(word) or not at)):
                out.append(sound)
                at = ends
                break
        else:
            out.append("a" if word[at] in "aeiou" else word[at])
            at += 1
    return "".join(out)


def _weight(sounds: str) -> float:
    return sum(_VOWEL if sound == "a" else 1.0 for sound in sounds)


def _change(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if any(a in pair and b in pair for pair in _rules()["close"]):
        return _CLOSE
    return 1.0


def _distance(a: str, b: str) -> float:
    """Weighted edit distance; leaving out an "h" costs as little as a vowel."""
    cost = [_VOWEL if sound in "ah" else 1.0 for sound in b]
    row = [sum(cost[:at]) for at in range(len(b) + 1)]
    for x in a:
        drop = _VOWEL if x in "ah" else 1.0
        before, row = row, [row[0] + drop]
        for at, y in enumerate(b):
            row.append(min(before[at + 1] + drop, row[at] + cost[at], before[at] + _change(x, y)))
    return row[-1]
