"""How much a statement matters in a note and which division it belongs to: a linear model over its words.

Multinomial logistic regression on stems of the statement and of the turns it cites; fitted by
``bench/notes/fit_salience.py`` and stored beside this module with its vocabulary. A score is the probability that a
clinician's note would carry the statement.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from prompts.language.words import stem, tokens
from visit.notes import Division
from visit.turns import Speaker

WEIGHTS: Final = Path(__file__).parent / "data" / "salience.npz"
VOCABULARY: Final = Path(__file__).parent / "data" / "salience.json"
_CONTEXT_WORDS: Final = 40


@dataclass(frozen=True, slots=True)
class Judgement:
    """``salience`` from 0 to 1, and the share of each division if the statement is kept (they sum to 1)."""

    salience: float
    divisions: dict[Division, float]

    def best(self, among: Sequence[Division] = ()) -> Division:
        """The likeliest division, of those given when there are any."""
        pool = [d for d in among if d in self.divisions] or list(self.divisions)
        return max(pool, key=lambda d: self.divisions[d])


def features(text: str, context: str, role: Speaker) -> list[str]:
    """The names of the features of a statement, of the turns it cites and of who said the last of them."""
    words = [_word(token) for token in tokens(text)]
    out = {f"t:{word}" for word in words}
    out |= {f"b:{left} {right}" for left, right in zip(words, words[1:], strict=False)}
    out |= {f"c:{_word(token)}" for token in tokens(context)[:_CONTEXT_WORDS]}
    out |= {f"role:{role}", f"role:{role} {words[0] if words else ''}", f"length:{min(len(words) // 3, 6)}"}
    return sorted(out)


def judge(text: str, context: str, role: Speaker) -> Judgement:
    """Judge one statement; ``context`` is the text of the turns it cites."""
    model = _load()
    rows = [model.index[name] for name in features(text, context, role) if name in model.index]
    logits = model.weights[rows].sum(axis=0) + model.bias
    shares = np.exp(logits - logits.max())
    shares /= shares.sum()
    kept = float(1 - shares[0])
    return Judgement(kept, {d: float(s) / max(kept, 1e-9) for d, s in zip(model.divisions, shares[1:], strict=True)})


@dataclass(frozen=True, slots=True)
class _Model:
    index: dict[str, int]
    divisions: tuple[Division, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


@lru_cache(1)
def _load() -> _Model:
    """The fitted model. Class 0 is "not in the note"."""
    stored = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        weights, bias = arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32)
    divisions = tuple(Division(name) for name in stored["divisions"])
    return _Model({name: row for row, name in enumerate(stored["features"])}, divisions, weights, bias)


def _word(token: str) -> str:
    return "<number>" if token[0].isdigit() else stem(token)
