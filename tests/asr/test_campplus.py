import numpy as np
import pytest
import torch

from asr.campplus import EMBEDDING, FEATURES, CamPlusPlus
from asr.convert import export_campplus, load_campplus
from asr.errors import ModelMissing
from asr.speakers import Embedder

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("campplus") / "random.pt"
    torch.save(CamPlusPlus().state_dict(), path)
    return path


@pytest.fixture(scope="module")
def onnx(weights):
    path = weights.with_suffix(".onnx")
    export_campplus(weights, path)
    return path


def test_the_network_has_the_published_size():
    assert sum(parameter.numel() for parameter in CamPlusPlus().parameters()) == pytest.approx(6.85e6, rel=0.06)


@pytest.mark.parametrize("frames", [48, 150, 298])
def test_the_export_computes_what_the_network_does(weights, onnx, frames):
    features = np.random.default_rng(frames).normal(size=(2, frames, FEATURES)).astype(np.float32)
    with torch.no_grad():
        expected = load_campplus(weights)(torch.from_numpy(features)).numpy()
    got = Embedder(onnx)._session.run(None, {"features": features})[0]
    assert got.shape == (2, EMBEDDING)
    np.testing.assert_allclose(got, expected, atol=1e-4, rtol=1e-3)


def test_an_embedding_is_a_unit_vector_and_repeats_itself(onnx):
    sound = np.random.default_rng(0).normal(0, 3000, 24_000).astype(np.int16)
    embed = Embedder(onnx)
    vector = embed(sound)
    assert vector.shape == (EMBEDDING,)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    np.testing.assert_array_equal(vector, embed(sound))


def test_a_missing_model_is_named_as_such(tmp_path):
    with pytest.raises(ModelMissing):
        Embedder(tmp_path / "none.onnx")
