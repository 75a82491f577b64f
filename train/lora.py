"""Low-rank adapters for training: frozen linear layers, each beside two small matrices that learn.

Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022. The learnt matrices are float32 whatever
the model is; :mod:`prompts.engines.adapter` reads what :func:`save` writes.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from prompts.engines.adapter import A, B


@dataclass(frozen=True)
class Shape:
    """Which layers learn and how much. Layers below ``first_layer`` stay as they are and need no gradient."""

    rank: int = 8
    alpha: float = 16.0
    first_layer: int = 15
    modules: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class LowRank(torch.nn.Module):
    """A frozen linear layer plus ``scale · B · A``; it starts as the layer itself, as B is zero."""

    def __init__(self, base: torch.nn.Linear, shape: Shape, generator: torch.Generator) -> None:
        super().__init__()
        self.base, self.scale = base, shape.alpha / shape.rank
        bound = 1 / math.sqrt(base.in_features)
        start = torch.empty(shape.rank, base.in_features).uniform_(-bound, bound, generator=generator)
        device = base.weight.device
        self.lora_A = torch.nn.Parameter(start.to(device))
        self.lora_B = torch.nn.Parameter(torch.zeros(base.out_features, shape.rank, device=device))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        low = torch.nn.functional.linear(x, self.lora_A.to(x.dtype))
        return self.base(x) + self.scale * torch.nn.functional.linear(low, self.lora_B.to(x.dtype))


def adapt(model: Any, shape: Shape, seed: int) -> dict[str, torch.nn.Parameter]:
    """Freeze ``model``, put adapters into its layers, and return what learns, by name."""
    generator = torch.Generator().manual_seed(seed)
    model.requires_grad_(False)
    for place, layer in enumerate(model.model.layers):
        for name, module in list(layer.named_modules()):
            owner, _, last = name.rpartition(".")
            if place >= shape.first_layer and last in shape.modules:
                setattr(layer.get_submodule(owner), last, LowRank(module, shape, generator))
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


def save(learnt: dict[str, torch.nn.Parameter], shape: Shape, path: Path, dtype: torch.dtype = torch.bfloat16) -> None:
    """Write the adapter: the matrices of every layer, rank and alpha in the metadata."""
    assert all(name.endswith((A, B)) for name in learnt)
    tensors = {name: p.detach().to("cpu", dtype).contiguous() for name, p in sorted(learnt.items())}
    save_file(tensors, path, metadata={"format": "pt", "rank": str(shape.rank), "alpha": str(shape.alpha)})
