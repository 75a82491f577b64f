"""Search by meaning: all-MiniLM-L6-v2 sentence embeddings in plain numpy, and the nearest titles of the list.

The model is BERT (Devlin et al. 2019) with six layers; sentences are mean-pooled and normalised as in
Sentence-BERT (Reimers and Gurevych 2019).
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

from nlp.icd10.table import Table
from nlp.icd10.text import title_core

Vectors = NDArray[np.float32]
_BATCH: Final = 64
_MAX_TOKENS: Final = 48


class MiniLm:
    """Sentence embeddings, unit length, ``dimension`` wide."""

    def __init__(self, folder: Path) -> None:
        """Read ``model.safetensors``, ``tokenizer.json`` and ``config.json`` from ``folder``."""
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self.dimension = int(config["hidden_size"])
        weights = load_file(folder / "model.safetensors")
        self._w: dict[str, Any] = {
            name.removeprefix("bert."): np.asarray(value, dtype=np.float32)
            for name, value in weights.items()
            if np.issubdtype(value.dtype, np.floating)
        }
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            rows[chosen] = self._batch([texts[i] for i in chosen])
        return rows

    def _batch(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([e.ids for e in encoded])
        mask = np.array([e.attention_mask for e in encoded], dtype=np.float32)
        w = self._w
        x = w["embeddings.word_embeddings.weight"][ids]
        x = x + w["embeddings.position_embeddings.weight"][: ids.shape[1]] + w["embeddings.token_type_embeddings.weight"][0]
        x = self._norm(x, "embeddings.LayerNorm")
        bias = (1.0 - mask)[:, None, None, :] * -1e9
        for i in range(self._layers):
            x = self._layer(x, bias, f"encoder.layer.{i}")
        pooled = (x * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return np.asarray(pooled / np.linalg.norm(pooled, axis=1, keepdims=True), dtype=np.float32)

    def _layer(self, x: Vectors, bias: Vectors, at: str) -> Vectors:
        size, length, width = x.shape
        q, k, v = (
            self._linear(x, f"{at}.attention.self.{part}").reshape(size, length, self._heads, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(width / self._heads) + bias
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        attended = ((scores / scores.sum(axis=-1, keepdims=True)) @ v).transpose(0, 2, 1, 3).reshape(size, length, width)
        x = self._norm(x + self._linear(attended, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
        h = self._linear(x, f"{at}.intermediate.dense")
        h = (0.5 * h * (1.0 + erf(h / np.float32(np.sqrt(2.0))))).astype(np.float32)
        return self._norm(x + self._linear(h, f"{at}.output.dense"), f"{at}.output.LayerNorm")

    def _linear(self, x: Vectors, at: str) -> Vectors:
        flat = x.reshape(-1, x.shape[-1])  # one large product is several times faster than a batch of small ones
        result: Vectors = (flat @ self._w[f"{at}.weight"].T + self._w[f"{at}.bias"]).reshape(*x.shape[:-1], -1)
        return result

    def _norm(self, x: Vectors, at: str) -> Vectors:
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        result: Vectors = centred / scale * self._w[f"{at}.weight"] + self._w[f"{at}.bias"]
        return result


class Nearest:
    """The titles nearest in meaning to a phrase."""

    def __init__(self, model: MiniLm, codes: Sequence[str], rows: Vectors) -> None:
        """``rows`` holds one unit vector for each of ``codes``."""
        self._model = model
        self._codes = tuple(codes)
        self._rows = rows
        self.nearest = lru_cache(maxsize=4096)(self._nearest)

    def _nearest(self, query: str, limit: int) -> list[tuple[str, float]]:
        cosine = self._rows @ self._model.encode([query])[0]
        top = np.argsort(-cosine)[:limit]
        return [(self._codes[i], float(cosine[i])) for i in top]


def embedded_codes(table: Table) -> dict[str, str]:
    """Which titles are embedded: categories and four-character codes, injuries by category, no external causes.

    Deeper codes repeat these titles with a side or a stage, which :class:`~nlp.icd10.retrieve.Retriever` settles by words.
    """
    chosen: dict[str, str] = {}
    for node in table.nodes.values():
        depth = 3 if node.code[0] in "STO" else 5
        if node.code[0] not in "VWXY" and len(node.code) <= depth:
            chosen[node.code] = title_core(node.name)
    return chosen


def open_nearest(table: Table, cache_dir: Path, folder: Path) -> Nearest:
    """Vectors from ``cache_dir``, computed there the first time (under a minute on two cores)."""
    model = MiniLm(folder)
    path = cache_dir / f"vectors-{table.release.replace(' ', '-').lower()}.npz"
    texts = embedded_codes(table)
    if path.is_file():
        with np.load(path, allow_pickle=False) as data:
            if [str(c) for c in data["codes"]] == list(texts):
                return Nearest(model, list(texts), data["rows"].astype(np.float32))
    unique = list(dict.fromkeys(texts.values()))
    place = {text: i for i, text in enumerate(unique)}
    rows = model.encode(unique)[[place[text] for text in texts.values()]]
    cache_dir.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.npz")
    np.savez_compressed(part, codes=np.array(list(texts)), rows=rows.astype(np.float16))
    part.replace(path)
    return Nearest(model, list(texts), rows)
