"""Search by meaning: all-MiniLM-L6-v2 sentence embeddings, and the nearest titles of the list.

The model is BERT (Devlin et al. 2019) with six layers; sentences are mean-pooled and normalised as in
Sentence-BERT (Reimers and Gurevych 2019). The forward pass is written out here on torch's matrix kernels,
so that nothing but the weights is taken from elsewhere.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from nlp.icd10.table import Table
from nlp.icd10.text import title_core

Vectors = NDArray[np.float32]
_BATCH: Final = 64
_MAX_TOKENS: Final = 48


class MiniLm:
    """Sentence embeddings of unit length."""

    def __init__(self, folder: Path, max_tokens: int = _MAX_TOKENS) -> None:
        """Read ``model.safetensors``, ``tokenizer.json`` and ``config.json`` from ``folder``; what of a text is longer
        than ``max_tokens`` is not read."""
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._heads = int(config["num_attention_heads"])
        self._layers = int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        weights = load_file(folder / "model.safetensors")
        self._w = {k.removeprefix("bert."): v.float() for k, v in weights.items() if v.is_floating_point()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        rows: Vectors = np.zeros((len(texts), self._w["embeddings.LayerNorm.weight"].shape[0]), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            with torch.inference_mode():
                rows[chosen] = self._batch([texts[i] for i in chosen]).numpy()
        return rows

    def _batch(self, texts: list[str]) -> Tensor:
        encoded = self._tokenizer.encode_batch(texts)
        ids = torch.tensor([e.ids for e in encoded])
        mask = torch.tensor([e.attention_mask for e in encoded], dtype=torch.bool)
        words = self._w["embeddings.word_embeddings.weight"][ids]
        places = self._w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = self._norm(words + places + self._w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for i in range(self._layers):
            x = self._layer(x, mask[:, None, None, :], f"encoder.layer.{i}")
        weight = mask[:, :, None].float()
        return F.normalize((x * weight).sum(dim=1) / weight.sum(dim=1), dim=1)

    def _layer(self, x: Tensor, mask: Tensor, at: str) -> Tensor:
        size, length, width = x.shape
        q, k, v = (
            self._linear(x, f"{at}.attention.self.{part}").view(size, length, self._heads, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        attended = F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(size, length, width)
        x = self._norm(x + self._linear(attended, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
        h = F.gelu(self._linear(x, f"{at}.intermediate.dense"))
        return self._norm(x + self._linear(h, f"{at}.output.dense"), f"{at}.output.LayerNorm")

    def _linear(self, x: Tensor, at: str) -> Tensor:
        return F.linear(x, self._w[f"{at}.weight"], self._w[f"{at}.bias"])

    def _norm(self, x: Tensor, at: str) -> Tensor:
        return F.layer_norm(x, x.shape[-1:], self._w[f"{at}.weight"], self._w[f"{at}.bias"], self._epsilon)


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

    Deeper codes repeat these titles with a side or a stage, which the retriever settles by words.
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
