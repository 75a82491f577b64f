"""Low-rank adapters: what fine-tuning learned, in a small file, added to a model's weights when it is loaded.

LoRA (Hu et al., ICLR 2022): a linear layer's weight W becomes W + (alpha / rank) · B · A. The file is safetensors with
``<module>.lora_A`` of shape (rank, in) and ``<module>.lora_B`` of shape (out, rank); ``rank`` and ``alpha`` stand in
its metadata.
"""

import hashlib
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from prompts.errors import EngineUnavailable

A, B = ".lora_A", ".lora_B"


def check(path: Path, sha256: str) -> None:
    """Raise :class:`EngineUnavailable` unless the file at ``path`` has this SHA-256 (in hex)."""
    if not path.is_file():
        raise EngineUnavailable("the adapter is missing")
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise EngineUnavailable("the adapter does not match its hash")


@torch.no_grad()
def merge(model: Any, path: Path) -> int:
    """Add the adapter at ``path`` to the weights of ``model``; the number of layers changed.

    Raises :class:`EngineUnavailable` when it was made for a model of another shape.
    """
    with safe_open(path, framework="pt") as stored:
        about = stored.metadata() or {}
        modules = sorted(name.removesuffix(A) for name in stored.keys() if name.endswith(A))  # noqa: SIM118
        try:
            scale = float(about["alpha"]) / float(about["rank"])
            for name in modules:
                weight = model.get_submodule(name).weight
                change = stored.get_tensor(name + B).float() @ stored.get_tensor(name + A).float()
                weight.copy_(weight.float() + scale * change.to(weight.device))
        except (KeyError, AttributeError, RuntimeError) as error:
            raise EngineUnavailable("the adapter does not fit the model") from error
    return len(modules)
