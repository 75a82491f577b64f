"""Pairs as batches of token ids: alike in length, the loss on the answer only."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from train.pairs import Pair

IGNORED = -100
"""Label of a token that is not learnt."""


@dataclass(frozen=True)
class Batch:
    """Right-padded token ids, their mask, and labels (:data:`IGNORED` on prompt and padding), all (rows, length)."""

    ids: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor

    def to(self, device: str) -> "Batch":
        return Batch(self.ids.to(device), self.mask.to(device), self.labels.to(device))


Encoded = tuple[list[int], list[int]]
"""The token ids of a prompt and of its answer."""


def encode(pairs: Sequence[Pair], tokenizer: Any, longest: int) -> list[Encoded]:
    """Token ids of each pair; the answer ends with the end-of-text token. Pairs over ``longest`` are left out."""
    rows = []
    for pair in pairs:
        prompt = tokenizer(pair.prompt, add_special_tokens=False)["input_ids"]
        target = [*tokenizer(pair.target, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id]
        if len(prompt) + len(target) <= longest:
            rows.append((prompt, target))
    return rows


def collate(rows: Sequence[Encoded], pad: int) -> Batch:
    """One batch of encoded pairs."""
    length = max(len(prompt) + len(target) for prompt, target in rows)
    ids = torch.full((len(rows), length), pad)
    mask, labels = torch.zeros_like(ids), torch.full_like(ids, IGNORED)
    for i, (prompt, target) in enumerate(rows):
        end = len(prompt) + len(target)
        ids[i, :end] = torch.tensor(prompt + target)
        mask[i, :end] = 1
        labels[i, len(prompt) : end] = torch.tensor(target)
    return Batch(ids, mask, labels)


def epoch(rows: Sequence[Encoded], size: int, seed: int, number: int) -> list[list[Encoded]]:
    """The batches of one epoch, in an order that depends on nothing but ``seed`` and ``number``.

    Rows are shuffled, sorted by length within runs of sixteen batches so that little is padding, cut, and shuffled
    again.
    """
    chance = random.Random(f"{seed}:{number}")
    order = list(rows)
    chance.shuffle(order)
    cut = []
    for start in range(0, len(order), size * 16):
        run = sorted(order[start : start + size * 16], key=lambda row: len(row[0]) + len(row[1]))
        cut += [run[i : i + size] for i in range(0, len(run), size)]
    chance.shuffle(cut)
    return cut
