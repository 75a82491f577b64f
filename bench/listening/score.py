"""Word error and commit latency of a transcript against reference turns.

Words are compared folded: lower case, no punctuation, no fillers (um, uh). Numbers are not rewritten, so these
figures are higher than those of a scorer that normalises them; compare like only with like.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

FILLERS = {"um", "uh", "hmm", "mm", "mhm", "er", "erm"}


def fold(text: str) -> list[str]:
    """Words as compared."""
    words = re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'"))
    return [word for word in words if word not in FILLERS]


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


def reference(turns: Sequence[dict[str, Any]], until: float) -> tuple[list[str], list[float]]:
    """Reference words of the turns that end by ``until``, and when each ends (interpolated by word length)."""
    words, ends = [], []
    for turn in turns:
        said = fold(turn["text"])
        if turn["end"] > until or not said:
            continue
        sizes = np.cumsum([len(word) + 1 for word in said])
        words += said
        ends += [turn["start"] + (turn["end"] - turn["start"]) * float(size / sizes[-1]) for size in sizes]
    return words, ends


def score(turns: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]], until: float) -> dict[str, Any]:
    """Word error of all final rows; commit latency where rows carry ``t``."""
    truth, ends = reference(turns, until)
    heard = [(word, row) for row in rows if row["type"] == "final" for word in fold(row["text"])]
    errors, pairs = align(truth, [word for word, _ in heard])
    late = [heard[j][1]["t"] - ends[i] for i, j in pairs if "t" in heard[j][1]]
    return {
        "words": len(truth),
        "word_error": round(errors / max(1, len(truth)), 4),
        "tail_lost": len(truth) - (pairs[-1][0] + 1 if pairs else 0),
        "commit_p50_s": round(float(np.percentile(late, 50)), 2) if late else None,
        "commit_p95_s": round(float(np.percentile(late, 95)), 2) if late else None,
    }
