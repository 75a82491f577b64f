"""Order the codes that a phrase may mean, by a linear model over what phrase and code share.

The weights (``rank.toml``) are fitted by ``python -m bench.codes train``: each inclusion term of a sample is taken out
of the index and looked up, and the weights raise the code it stands under above the others (listwise softmax: Cao et
al., "Learning to Rank: From Pairwise Approach to Listwise Approach", 2007).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nlp.icd10.data import data
from nlp.icd10.likely import Likely
from nlp.icd10.table import Node, Table
from nlp.icd10.text import SIDES, is_other, is_residual

Words = frozenset[str]

CATEGORIES: Final = 8
"""How many of the best categories give all their codes to choose from."""

_MOST: Final = 60
"""Most codes of one category; larger ones are told apart by side, site and encounter, which words settle."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A phrase: its stems, and whether it says that it says no more ("NOS")."""

    words: Words
    no_more: bool
    alike: dict[str, float]


FEATURES: Final = (
    "found",
    "phrase_in_title",
    "title_in_phrase",
    "phrase_in_terms",
    "phrase_in_best_term",
    "phrase_in_family",
    "spelt_alike",
    "meaning",
    "other",
    "other_for_a_new_word",
    "unspecified",
    "unspecified_when_said_so",
    "unsaid_words",
    "category",
    "explained",
    "explained_by_title",
    "title_explained",
    "explained_both_ways",
)
"""What is known of a phrase and a code, each 0 to 1 or near it. The last four let words stand for others."""


class Ranker:
    """Features of a code for a phrase, and their weighted sum."""

    def __init__(
        self, table: Table, words: Callable[[str], Words], weigh: Callable[[str], float], likely: Likely
    ) -> None:
        """``words`` gives the stems of a title, ``weigh`` how rare a stem is, ``likely`` what stands for what."""
        self._likely = likely
        self._table = table
        self._weigh = weigh
        self._words = words
        self._known = lru_cache(maxsize=20_000)(self._texts)
        self._grams = lru_cache(maxsize=50_000)(_grams)
        self.weights = tuple(float(data("rank")["weights"][name]) for name in FEATURES)

    def score(self, features: Sequence[float]) -> float:
        """The weighted sum."""
        return sum(w * f for w, f in zip(self.weights, features, strict=True))

    def pool(self, found: Iterable[str]) -> list[str]:
        """The nodes to choose from: those found, and all of the best categories."""
        nodes = [self._table.node_of(code).code for code in found]
        categories = list(dict.fromkeys(code[:3] for code in nodes))[:CATEGORIES]
        for category in categories:
            leaves = [n.code for n in self._table.billable_nodes(category)] if category in self._table.nodes else []
            if len(leaves) > _MOST:
                leaves = [c for c in leaves if is_other(self._table.nodes[c].name)]
            nodes.extend(leaves)
        return list(dict.fromkeys(nodes))

    def features(self, asked: Asked, code: str, found: float, category: float) -> tuple[float, ...]:
        """What is known of ``code``; ``found`` is its score by words, ``category`` the best of its category."""
        node = self._table.nodes[code]
        title, terms, family = self._known(code)
        words = asked.words - SIDES
        said = self._mass(words) or 1.0
        every = title.union(*terms)
        new = words - every - family
        explained = self._explained(words, every | family) / said
        title_explained = self._told(title, words) / (self._mass(title) or 1.0)
        other, plain = is_other(node.name), is_residual(node.name)
        return (
            found,
            self._mass(words & title) / said,
            self._mass(words & title) / (self._mass(title) or 1.0),
            self._mass(words & every) / said,
            max((_f1(self._mass(words & t), said, self._mass(t)) for t in (title, *terms)), default=0.0),
            self._mass(words & (every | family)) / said,
            self._alike(" ".join(sorted(words)), every),
            asked.alike.get(code[:5], asked.alike.get(code[:3], 0.0)),
            float(other),
            float(other and bool(new)),
            float(plain),
            float(plain and (asked.no_more or not new)),
            self._mass(title - words) / (self._mass(title) or 1.0),
            category,
            explained,
            self._explained(words, title) / said,
            title_explained,
            explained * title_explained,
        )

    def _mass(self, words: Iterable[str]) -> float:
        return sum(map(self._weigh, words))

    def _explained(self, words: Words, by: Words) -> float:
        """The weight of ``words`` that stand in ``by`` or for a word of it."""
        return sum(self._weigh(w) * (1.0 if w in by else self._best(w, by)) for w in words)

    def _told(self, title: Words, words: Words) -> float:
        """The weight of a title that ``words`` say or stand for."""
        return sum(
            self._weigh(t) * (1.0 if t in words else max((self._stands(w, t) for w in words), default=0.0))
            for t in title
        )

    def _best(self, word: str, by: Words) -> float:
        return max((p for title, p in self._likely.get(word, {}).items() if title in by), default=0.0)

    def _stands(self, word: str, title: str) -> float:
        return self._likely.get(word, {}).get(title, 0.0)

    def _texts(self, code: str) -> tuple[Words, tuple[Words, ...], Words]:
        """The title of a code, its terms, and what stands above it."""
        node: Node = self._table.nodes[code]
        above = self._table.ancestors(code)[1:]
        family = frozenset[str]().union(*(self._words(t) for a in above for t in (a.name, *a.terms)))
        return self._words(node.name), tuple(self._words(t) for t in node.terms), family

    def _alike(self, phrase: str, title: Words) -> float:
        """How many letter triples two bags of stems share (Dice), which sees through endings and compounds."""
        one, two = self._grams(phrase), self._grams(" ".join(sorted(title)))
        return 2 * len(one & two) / max(len(one) + len(two), 1)


def _grams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _f1(shared: float, one: float, two: float) -> float:
    return 2 * shared / (one + two) if one + two else 0.0
