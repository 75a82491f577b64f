"""Adapters: they start as nothing, learn beside a frozen model, and merge to the same model."""

import pytest
import torch
from support.tiny import tiny_model

from prompts.engines import adapter
from prompts.errors import EngineUnavailable
from train import lora

pytestmark = pytest.mark.integration

IDS = torch.tensor([[3, 4, 5, 9, 11]])


def learnt(shape: lora.Shape):
    """A model with adapters that hold something, and what it learns."""
    model = tiny_model()
    parameters = lora.adapt(model, shape, seed=0)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in parameters.values():
            parameter.add_(torch.randn(parameter.shape, generator=generator) * 0.1)
    return model, parameters


def test_an_untrained_adapter_changes_nothing():
    model = tiny_model()
    with torch.no_grad():
        before = model(IDS).logits
        lora.adapt(model, lora.Shape(rank=2, first_layer=0), seed=0)
        assert torch.equal(model(IDS).logits, before)


def test_only_the_adapters_of_the_upper_layers_learn():
    _, parameters = learnt(lora.Shape(rank=2, first_layer=1))
    assert len(parameters) == 14
    assert all(name.startswith("model.layers.1.") for name in parameters)


def test_merging_gives_the_model_that_was_trained(tmp_path):
    shape = lora.Shape(rank=2, alpha=4.0, first_layer=0)
    trained, parameters = learnt(shape)
    lora.save(parameters, shape, tmp_path / "a.safetensors", torch.float32)
    merged = tiny_model()
    with torch.no_grad():
        plain = merged(IDS).logits
        assert adapter.merge(merged, tmp_path / "a.safetensors") == 14
        assert torch.allclose(merged(IDS).logits, trained(IDS).logits, atol=1e-5)
        assert not torch.allclose(merged(IDS).logits, plain, atol=1e-2)


def test_an_adapter_of_another_model_is_refused(tmp_path):
    shape = lora.Shape(rank=2, first_layer=0)
    _, parameters = learnt(shape)
    strange = {name.replace("layers.1", "layers.7"): p for name, p in parameters.items()}
    lora.save(strange, shape, tmp_path / "a.safetensors")
    with pytest.raises(EngineUnavailable):
        adapter.merge(tiny_model(), tmp_path / "a.safetensors")
