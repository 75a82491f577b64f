"""Lexical retrieval over short terms: BM25 finds candidates, coverage of both sides ranks them."""

import difflib
import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from nlp.icd10.text import NEUTRAL, Normaliser, is_other, is_residual, stem, title_core

K1: Final = 1.2
B: Final = 0.4
"""BM25 constants. Titles are short and written by one hand, so length matters less than in prose."""

NEUTRAL_STEMS: Final = frozenset(stem(word) for word in NEUTRAL)
_NEUTRAL_WEIGHT: Final = 0.25


@dataclass(frozen=True, slots=True)
class Term:
    """A way to say a code. ``source`` is title, inclusion, cross-reference or synonym."""

    code: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Match:
    """A term found for a query. ``said`` is how much of the query the term covers, ``meant`` how much of
    the term the query covers, both 0 to 1 by weight of words; ``score`` joins them."""

    term: Term
    said: float
    meant: float
    score: float


class TermIndex:
    """BM25 over terms. Words weigh by their rarity in the collection (or in ``weights`` of another one)."""

    def __init__(self, terms: Sequence[Term], normaliser: Normaliser, weights: dict[str, float] | None = None) -> None:
        """Index ``terms``; ``weights`` lets a small collection borrow the rarity of words from a large one."""
        self.terms = tuple(terms)
        self._normaliser = normaliser
        bags = [frozenset(normaliser.tokens(title_core(t.text))) for t in self.terms]
        self._vocabulary = {w: i for i, w in enumerate(sorted({w for bag in bags for w in bag}))}
        self._matrix = _incidence(bags, self._vocabulary)
        self._finish(weights)

    def _finish(self, weights: dict[str, float] | None) -> None:
        count = np.asarray(self._matrix.sum(axis=0)).ravel()
        size = self._matrix.shape[0]
        rarity = np.log(1 + (size - count + 0.5) / (count + 0.5))
        names = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
        for i, word in enumerate(names):
            if weights is not None:
                rarity[i] = weights.get(word, rarity[i])
            elif word in NEUTRAL_STEMS or word.startswith("no_"):
                rarity[i] *= _NEUTRAL_WEIGHT
        self.weights = {w: float(rarity[i]) for i, w in enumerate(names)}
        self._rarity = rarity
        self._names = names
        self._rows = {t.text: row for row, t in enumerate(self.terms)}
        self._spelt: dict[str, str] = {}
        self._alike: dict[str, list[str]] = {}
        for word in names:
            self._alike.setdefault(word[:2], []).append(word)
        self._unknown = float(rarity.max(initial=1.0)) * 0.6
        length = np.asarray(self._matrix.sum(axis=1)).ravel()
        norm = (K1 + 1) / (1 + K1 * (1 - B + B * length / max(length.mean(), 1e-9))) if size else length
        self._mass = self._matrix @ rarity
        self._columns = (sp.diags(norm) @ self._matrix @ sp.diags(rarity)).tocsc()
        self._plain = np.array([0.02 * is_residual(t.text) - 0.03 * is_other(t.text) for t in self.terms])

    def weight(self, word: str) -> float:
        """How much a stem says; an unknown one weighs like a fairly rare word."""
        return self.weights.get(word, self._unknown * (_NEUTRAL_WEIGHT if word in NEUTRAL_STEMS else 1.0))

    def spell(self, word: str) -> str:
        """``word``, or the nearest known stem when it is unknown, long and starts alike."""
        known = self._spelt.get(word)
        if known is None:
            known = self._spelt[word] = self._spell(word)
        return known

    def _spell(self, word: str) -> str:
        if word in self._vocabulary or len(word) < 6 or not word.isalpha():
            return word
        near = [w for w in self._alike.get(word[:2], ()) if abs(len(w) - len(word)) <= 2]
        found = difflib.get_close_matches(word, near, n=1, cutoff=0.86)
        return found[0] if found else word

    def bag(self, text: str) -> frozenset[str] | None:
        """The stems of a term as they were indexed; nothing when ``text`` is not a term."""
        row = self._rows.get(text)
        if row is None:
            return None
        start, end = self._matrix.indptr[row : row + 2]
        return frozenset(self._names[i] for i in self._matrix.indices[start:end])

    def find(self, query: str, limit: int = 50) -> list[Match]:
        """The best terms for ``query``, best first."""
        words = frozenset(self.spell(w) for w in self._normaliser.tokens(title_core(query)))
        return self.find_words(words, limit)

    def find_words(self, words: frozenset[str], limit: int = 50) -> list[Match]:
        """As :meth:`find`, from stems."""
        ids = [self._vocabulary[w] for w in words if w in self._vocabulary]
        if not ids:
            return []
        bm25 = np.asarray(self._columns[:, ids].sum(axis=1)).ravel()
        keep = min(len(bm25), max(200, 4 * limit))
        top = np.argpartition(-bm25, keep - 1)[:keep]
        top = top[bm25[top] > 0]
        said_mass = sum(self.weight(w) for w in words)
        shared = self._shared(top, ids)
        said = shared / max(said_mass, 1e-9)
        meant = shared / np.maximum(self._mass[top], 1e-9)
        score = 2 * said * meant / np.maximum(said + meant, 1e-9) + self._plain[top]
        order = np.argsort(-score, kind="stable")[:limit]
        return [
            Match(self.terms[top[i]], float(min(said[i], 1)), float(min(meant[i], 1)), float(score[i])) for i in order
        ]

    def _shared(self, rows: "np.ndarray[Any, Any]", ids: list[int]) -> "np.ndarray[Any, Any]":
        asked = np.zeros(self._matrix.shape[1])
        asked[ids] = self._rarity[ids]
        return np.asarray(self._matrix[rows] @ asked).ravel()

    def save(self, path: Path) -> None:
        """Write terms and incidence so that :meth:`read` need not tokenise again."""
        matrix = self._matrix.tocsr()
        names = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
        part = path.with_suffix(".part.npz")
        np.savez_compressed(
            part,
            indices=matrix.indices,
            indptr=matrix.indptr,
            text=np.frombuffer(
                json.dumps({"terms": [[t.code, t.text, t.source] for t in self.terms], "words": names}).encode(),
                dtype=np.uint8,
            ),
        )
        part.replace(path)

    def without(self, gone: Container[Term]) -> "TermIndex":
        """The same index less some terms, its words weighed anew."""
        kept = [row for row, term in enumerate(self.terms) if term not in gone]
        index = TermIndex.__new__(TermIndex)
        index.terms = tuple(self.terms[row] for row in kept)
        index._normaliser = self._normaliser
        index._vocabulary = self._vocabulary
        index._matrix = self._matrix[kept]
        index._finish(None)
        return index

    @classmethod
    def read(cls, path: Path, normaliser: Normaliser) -> "TermIndex":
        """The index that :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as data:
            text = json.loads(bytes(data["text"]).decode())
            indices, indptr = data["indices"], data["indptr"]
        index = cls.__new__(cls)
        index.terms = tuple(Term(*row) for row in text["terms"])
        index._normaliser = normaliser
        index._vocabulary = {w: i for i, w in enumerate(text["words"])}
        shape = (len(index.terms), len(index._vocabulary))
        index._matrix = sp.csr_matrix((np.ones(len(indices)), indices, indptr), shape=shape)
        index._finish(None)
        return index


def _incidence(bags: Iterable[frozenset[str]], vocabulary: dict[str, int]) -> "sp.csr_matrix":
    indices: list[int] = []
    indptr = [0]
    for bag in bags:
        indices.extend(sorted(vocabulary[w] for w in bag))
        indptr.append(len(indices))
    return sp.csr_matrix((np.ones(len(indices)), indices, indptr), shape=(len(indptr) - 1, len(vocabulary)))
