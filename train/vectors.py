"""Sentence vectors of all-MiniLM-L6-v2, kept on disk between runs."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.icd10.embed import MiniLm

TOKENS = 64
"""Most tokens of a text that are read."""


class Vectors:
    """Texts to unit vectors of 384 numbers; each text is computed once."""

    def __init__(self, folder: Path, cache: Path | None = None, tokens: int = TOKENS) -> None:
        """``folder`` holds the model; ``cache`` is an ``.npz`` that is read now and grows with :meth:`of`."""
        self._folder, self._cache, self._tokens = folder, cache, tokens
        self._model: MiniLm | None = None
        self._known: dict[str, NDArray[np.float32]] = {}
        if cache and cache.exists():
            with np.load(cache, allow_pickle=False) as stored:
                self._known = dict(zip(stored["texts"].tolist(), stored["vectors"], strict=True))

    def of(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """One row a text, in order."""
        wanted = list(texts)
        missing = sorted({text for text in wanted if text not in self._known})
        if missing:
            self._model = self._model or MiniLm(self._folder, self._tokens)
            self._known |= dict(zip(missing, self._model.encode(missing), strict=True))
        return np.stack([self._known[text] for text in wanted]) if wanted else np.zeros((0, 384), np.float32)

    def keep(self) -> None:
        """Write the cache, if there is one."""
        if self._cache and self._known:
            self._cache.parent.mkdir(parents=True, exist_ok=True)
            np.savez(self._cache, texts=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
