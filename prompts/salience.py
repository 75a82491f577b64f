"""How much a statement matters in a note and which division it belongs to: a linear model over its words.

Multinomial logistic regression on stems of the statement and of the turns it cites; fitted by
``train/salience.py`` and stored beside this module with its vocabulary. A score is the probability that a
clinician's note would carry the statement.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from prompts.language.roles import roles
from prompts.language.words import stem, tokens
from visit.findings import Finding
from visit.notes import Division, NoteSentence
from visit.turns import Speaker, Turn

SHIPPED: Final = Path(__file__).parent / "data" / "salience"
"""The fitted model that ships: this path with ``.npz`` and ``.json``."""
_CONTEXT_WORDS: Final = 40


@dataclass(frozen=True, slots=True)
class Judgement:
    """``salience`` from 0 to 1, and the share of each division if the statement is kept (they sum to 1)."""

    salience: float
    divisions: dict[Division, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """A fitted model: a row of ``weights`` for each feature, a column for "not in the note" and each division."""

    features: tuple[str, ...]
    divisions: tuple[Division, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    index: dict[str, int]
    """The row of each feature."""

    @classmethod
    def of(
        cls, features: Sequence[str], divisions: Sequence[str], weights: NDArray[np.float32], bias: NDArray[np.float32]
    ) -> "Weights":
        """The model of these parts; ``weights`` is (features, 1 + divisions), ``bias`` (1 + divisions)."""
        index = {name: row for row, name in enumerate(features)}
        return cls(tuple(features), tuple(map(Division, divisions)), weights, bias, index)

    @classmethod
    def load(cls, path: Path) -> "Weights":
        """What :meth:`save` wrote."""
        stored = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        with np.load(path.with_suffix(".npz"), allow_pickle=False) as arrays:
            weights, bias = arrays["weights"].astype(np.float32), arrays["bias"].astype(np.float32)
        return cls.of(stored["features"], stored["divisions"], weights, bias)

    def save(self, path: Path) -> None:
        """Write ``path.npz`` (weights as half precision) and ``path.json`` (names of rows and columns)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        weights, bias = self.weights.astype(np.float16), self.bias.astype(np.float32)
        np.savez_compressed(path.with_suffix(".npz"), weights=weights, bias=bias)
        stored = {"version": 1, "divisions": [d.value for d in self.divisions], "features": list(self.features)}
        path.with_suffix(".json").write_text(json.dumps(stored), encoding="utf-8")


@cache
def shipped() -> Weights:
    """The model that ships, read once."""
    return Weights.load(SHIPPED)


class Judge:
    """Judges the sentences of one visit."""

    def __init__(self, turns: Sequence[Turn], findings: Sequence[Finding], weights: Weights | None = None) -> None:
        """``turns`` and ``findings`` are the whole visit's so far; without ``weights`` those that ship judge."""
        self._model = weights or shipped()
        self._turns = {turn.index: turn for turn in turns}
        self._roles = dict(zip(self._turns, roles(turns), strict=True))
        self._findings = {finding.id: finding for finding in findings}

    def role(self, sentence: NoteSentence) -> Speaker:
        """Who said the last turn that a sentence cites."""
        return next((self._roles[i] for i in reversed(sentence.evidence) if i in self._roles), Speaker.UNKNOWN)

    def features(self, sentence: NoteSentence) -> list[str]:
        """The names of a sentence's features: its words, those of the turns it cites, who spoke, what it states."""
        cited = [i for i in sentence.evidence if i in self._turns]
        words = [_word(token) for token in tokens(sentence.text)]
        said = [_word(t) for i in cited for t in tokens(self._turns[i].text)[:_CONTEXT_WORDS]]
        role = self.role(sentence)
        out = {f"t:{word}" for word in words}
        out |= {f"b:{left} {right}" for left, right in zip(words, words[1:], strict=False)}
        out |= {f"c:{word}" for word in said}
        out |= {f"role:{role}", f"role:{role} {words[0] if words else ''}", f"length:{min(len(words) // 3, 6)}"}
        for finding in (self._findings[f] for f in sentence.findings if f in self._findings):
            place = finding.division or "none"
            out |= {f"kind:{finding.kind}", f"kind:{finding.kind} {finding.polarity}", f"place:{place}"}
        out.add(f"findings:{min(len(sentence.findings), 3)}")
        return sorted(out)

    def __call__(self, sentence: NoteSentence) -> Judgement:
        """How much a sentence matters, and where it belongs."""
        model = self._model
        rows = [model.index[name] for name in self.features(sentence) if name in model.index]
        logits = model.weights[rows].sum(axis=0) + model.bias
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        kept = float(1 - shares[0])
        divisions = {d: float(s) / max(kept, 1e-9) for d, s in zip(model.divisions, shares[1:], strict=True)}
        return Judgement(kept, divisions)


def _word(token: str) -> str:
    return "<number>" if token[0].isdigit() else stem(token)
