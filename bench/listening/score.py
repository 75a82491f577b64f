"""Word error, commit latency and instability of a transcript against reference turns.

Word error compares text as Whisper's English normaliser leaves it (numbers as digits, contractions opened, fillers
dropped; "oh" stays a word instead of becoming a zero). Latency and instability compare words as they are shown.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

Row = dict[str, Any]
"""``{"t", "type": "partial" | "final", "text"}``; a final row may carry ``rewind``, words taken back first."""


@lru_cache(1)
def _normaliser() -> EnglishTextNormalizer:
    normaliser = EnglishTextNormalizer({})
    numbers = normaliser.standardize_numbers
    for group in (numbers.zeros, numbers.words, numbers.decimals):
        for word in {"o", "oh"} & set(group):
            group.discard(word) if isinstance(group, set) else group.pop(word)
    return normaliser


def normalise(text: str) -> list[str]:
    """Words as compared for word error."""
    return str(_normaliser()(text)).split()


def fold(text: str) -> list[str]:
    """Words as shown, case and punctuation aside."""
    return re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'"))


def align(truth: Sequence[str], heard: Sequence[str]) -> tuple[int, list[tuple[int, int]]]:
    """Edit distance, and the pairs of places where both say the same word on one best path."""
    names = {word: at for at, word in enumerate({*truth, *heard})}
    a, b = np.array([names[w] for w in truth], int), np.array([names[w] for w in heard], int)
    cost = np.zeros((len(a) + 1, len(b) + 1), np.int32)
    cost[0] = np.arange(len(b) + 1)
    steps = np.arange(len(b) + 1)
    for i in range(1, len(a) + 1):
        best = cost[i - 1] + 1
        best[1:] = np.minimum(best[1:], cost[i - 1, :-1] + (b != a[i - 1]))
        cost[i] = np.minimum.accumulate(best - steps) + steps
    pairs, i, j = [], len(a), len(b)
    while i and j:
        if a[i - 1] == b[j - 1] and cost[i, j] == cost[i - 1, j - 1]:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        elif cost[i, j] == cost[i, j - 1] + 1:
            j -= 1
        else:
            i, j = i - 1, j - 1
    return int(cost[-1, -1]), pairs[::-1]


def word_error(turns: Sequence[Row], text: str) -> tuple[int, int]:
    """Wrong words and words said."""
    truth = normalise(" ".join(turn["text"] for turn in turns))
    return align(truth, normalise(text))[0], len(truth)


def reference(turns: Sequence[Row]) -> tuple[list[str], list[float]]:
    """The words that were said and when each ends, interpolated inside its turn by word length."""
    words: list[str] = []
    ends: list[float] = []
    for turn in turns:
        said = fold(turn["text"])
        if not said:
            continue
        sizes = np.cumsum([len(word) + 1 for word in said])
        words += said
        ends += [turn["start"] + (turn["end"] - turn["start"]) * float(size / sizes[-1]) for size in sizes]
    return words, ends


def replay(rows: Sequence[Row]) -> tuple[list[tuple[str, float]], int]:
    """The text that stood at the end, each piece with the time of its commit, and how many shown words changed."""
    committed: list[tuple[str, float]] = []
    partial: list[str] = []
    screen: list[str] = []
    changed = 0
    for row in rows:
        if row["type"] == "partial":
            partial = fold(row["text"])
        else:
            del committed[len(committed) - min(row.get("rewind", 0), len(committed)) :]
            committed += [(piece, row["t"]) for piece in row["text"].split()]
            partial = partial[len(fold(row["text"])) :]
        before, screen = screen, [word for piece, _ in committed for word in fold(piece)] + partial
        changed += len(before) - _common(before, screen)
    return committed, changed


def score(turns: Sequence[Row], rows: Sequence[Row], length_s: float) -> dict[str, Any]:
    """Everything that can be said of a run: rows in the order of their time."""
    committed, changed = replay(rows)
    heard = [(word, t) for piece, t in committed for word in fold(piece)]
    truth, ends = reference(turns)
    _, pairs = align(truth, [word for word, _ in heard])
    errors, words = word_error(turns, " ".join(piece for piece, _ in committed))
    late = [heard[j][1] - ends[i] for i, j in pairs]
    finals = [row["t"] for row in rows if row["type"] == "final"]
    return {
        "words": words,
        "word_error": round(errors / max(1, words), 4),
        "tail_lost": len(truth) - (pairs[-1][0] + 1 if pairs else 0),
        "commit_p50_s": round(float(np.percentile(late, 50)), 2) if late else None,
        "commit_p95_s": round(float(np.percentile(late, 95)), 2) if late else None,
        "instability": round(changed / max(1, len(heard)), 3),
        "rewritten": sum(row.get("rewind", 0) for row in rows),
        "finish_lag_s": round(finals[-1] - length_s, 2) if finals else None,
    }


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
