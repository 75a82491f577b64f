"""ROUGE-1, ROUGE-2 and ROUGE-Lsum F without stemming (Lin 2004), as ACI-Bench publishes them.

Lsum is the union of longest common subsequences over lines; a word counts as often as both texts hold it.
"""

import re
from collections import Counter


def rouge(draft: str, reference: str) -> dict[str, float]:
    """The three F measures, from 0 to 1."""
    return {
        "rouge1": rouge_n(draft, reference, 1),
        "rouge2": rouge_n(draft, reference, 2),
        "rougeLsum": rouge_lsum(draft, reference),
    }


def rouge_n(draft: str, reference: str, n: int) -> float:
    grams = [Counter(zip(*(words[i:] for i in range(n)), strict=False)) for words in (tokens(draft), tokens(reference))]
    return _f_measure(sum((grams[0] & grams[1]).values()), sum(grams[0].values()), sum(grams[1].values()))


def rouge_lsum(draft: str, reference: str) -> float:
    wanted = [tokens(line) for line in reference.splitlines() if tokens(line)]
    made = [tokens(line) for line in draft.splitlines() if tokens(line)]
    left_made, left_wanted = Counter(w for line in made for w in line), Counter(w for line in wanted for w in line)
    hits = 0
    for line in wanted:
        union = set().union(*(lcs_places(line, other) for other in made)) if made else set()
        for place in union:
            word = line[place]
            if left_made[word] > 0 and left_wanted[word] > 0:
                hits += 1
                left_made[word] -= 1
                left_wanted[word] -= 1
    return _f_measure(hits, sum(map(len, made)), sum(map(len, wanted)))


def lcs_places(reference: list[str], draft: list[str]) -> set[int]:
    """Places of ``reference`` on one longest common subsequence with ``draft``."""
    table = [[0] * (len(draft) + 1) for _ in range(len(reference) + 1)]
    for i, left in enumerate(reference):
        for j, right in enumerate(draft):
            table[i + 1][j + 1] = table[i][j] + 1 if left == right else max(table[i][j + 1], table[i + 1][j])
    places, i, j = set(), len(reference), len(draft)
    while i and j:
        if reference[i - 1] == draft[j - 1]:
            places.add(i - 1)
            i, j = i - 1, j - 1
        elif table[i - 1][j] >= table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return places


def tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _f_measure(hits: float, made: int, wanted: int) -> float:
    return 2 * hits / (made + wanted) if made + wanted else 0.0
