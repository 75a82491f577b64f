"""Fit the ranker's weights on inclusion terms that the index does not have while they are looked up.

The terms that ``terms`` measures on are never among them.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bench.codes.data import say
from bench.codes.lookup import SEED, inclusion_terms, open_embedder, without
from nlp.icd10.lexicon import lexicon
from nlp.icd10.rank import FEATURES
from nlp.icd10.retrieve import Retriever
from nlp.icd10.search import Term
from nlp.icd10.table import Table, load

WEIGHTS = Path(__file__).parents[2] / "nlp" / "icd10" / "rank.toml"
FOLDS = 4
SHRINK = 0.0003
Vector = NDArray[np.float64]
Example = tuple[Vector, NDArray[np.bool_]]


def train(cache: Path, embedder: Path | None, size: int, tested: int) -> dict[str, Any]:
    """Fit on ``size`` terms, none of them among the ``tested`` that ``terms`` draws; write the weights."""
    table, whole = load(cache), Retriever.open(load(cache), cache)
    terms = inclusion_terms(whole)
    aside = set(random.Random(SEED).sample(terms, tested))  # noqa: S311
    drawn = random.Random(SEED + 1).sample([t for t in terms if t not in aside], size)  # noqa: S311
    examples: list[Example] = []
    for fold in range(FOLDS):
        held = drawn[fold::FOLDS]
        say(f"  fold {fold + 1} of {FOLDS}: {len(held)} terms")
        less = without(table, held)
        nearest = open_embedder(table, cache, embedder)
        retriever = Retriever(less, whole.index.without(set(held)), lexicon(), nearest)
        examples += [e for term in held if (e := example(table, retriever, term)) is not None]
    weights = fit(examples)
    lines = [f"{name} = {value:.3f}" for name, value in zip(FEATURES, weights, strict=True)]
    WEIGHTS.write_text("\n".join([HEAD, "[weights]", *lines, ""]), "utf-8")
    return {"terms": size, "with the code in the pool": len(examples), "first": first(examples, weights)}


def example(table: Table, retriever: Retriever, term: Term) -> Example | None:
    """A term's pool as features, and which of it are right; nothing when none is."""
    rows = retriever.rankable(term.text)
    right = np.array([any(n.code == term.code for n in table.ancestors(c.code)) for c, _ in rows], dtype=bool)
    return (np.array([f for _, f in rows]), right) if right.any() else None


def fit(examples: Sequence[Example]) -> Vector:
    """Weights that make the right codes' share of the softmax large."""

    def loss(weights: Vector) -> tuple[float, Vector]:
        total, slope = SHRINK * len(examples) * float(weights @ weights), 2 * SHRINK * len(examples) * weights
        for features, right in examples:
            scores = features @ weights
            odds = np.exp(scores - scores.max())
            share, own = odds / odds.sum(), odds * right / (odds * right).sum()
            total -= float(np.log((odds * right).sum() / odds.sum()))
            slope += features.T @ (share - own)
        return total, slope

    return np.asarray(minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x)


def first(examples: Sequence[Example], weights: Vector) -> float:
    """How often a right code comes first, of those whose pool has one: on the examples it was fitted to."""
    return round(float(np.mean([right[int((f @ weights).argmax())] for f, right in examples])), 4)


HEAD = """# Written by `python -m bench.codes train`. What each feature is: nlp/icd10/rank.py.
"""
