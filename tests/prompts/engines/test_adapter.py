"""An adapter is used only when it is the file that was promised."""

import hashlib

import pytest

from app.models.manifest import load_manifest
from prompts.engines.adapter import check
from prompts.errors import EngineUnavailable

pytestmark = pytest.mark.unit


def test_another_file_than_the_promised_is_refused(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"weights")
    check(path, hashlib.sha256(b"weights").hexdigest())
    path.write_bytes(b"weightz")
    with pytest.raises(EngineUnavailable, match="hash"):
        check(path, hashlib.sha256(b"weights").hexdigest())
    with pytest.raises(EngineUnavailable, match="missing"):
        check(tmp_path / "none", "0" * 64)


def test_every_adapter_of_the_manifest_ships_as_promised_and_is_small():
    adapters = [model.adapter for model in load_manifest().models.values() if model.adapter]
    assert adapters
    for file in adapters:
        check(file.path, file.sha256)
        assert file.path.stat().st_size < 25 * 1024 * 1024
