"""Nothing is handed out before its hash matches."""

from pathlib import Path

import pytest

from app.errors import Broken, Unavailable
from app.models.cache import ModelCache, sha256
from app.models.manifest import Manifest, Model

pytestmark = pytest.mark.unit

MODEL = Model(name="ear", about="", version="1", licence="MIT", hub="someone/ear")


@pytest.fixture
def cache(tmp_path: Path) -> ModelCache:
    cache = ModelCache(tmp_path, Manifest(profiles={}, models={"ear": MODEL}))
    cache.path(MODEL).mkdir()
    (cache.path(MODEL) / "model.bin").write_bytes(b"weights")
    return cache


def test_a_recorded_model_is_ready(cache: ModelCache) -> None:
    cache.record(MODEL)
    assert cache.state(MODEL) == ("ready", None)
    assert cache.require(MODEL) == cache.path(MODEL)


def test_a_model_without_record_is_missing(cache: ModelCache) -> None:
    with pytest.raises(Unavailable, match="sidenote models pull") as caught:
        cache.require(MODEL)
    assert caught.value.code == "unavailable.model"


def test_one_changed_byte_is_found(cache: ModelCache) -> None:
    cache.record(MODEL)
    (cache.path(MODEL) / "model.bin").write_bytes(b"weightz")
    with pytest.raises(Broken, match=r"model\.bin") as caught:
        cache.require(MODEL)
    assert caught.value.code == "broken.model"


def test_a_deleted_file_is_missing(cache: ModelCache) -> None:
    cache.record(MODEL)
    (cache.path(MODEL) / "model.bin").unlink()
    assert cache.state(MODEL) == ("missing", "model.bin")


def test_progress_counts_every_byte(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a" * 3_000_000)
    read: list[int] = []
    sha256(tmp_path / "x", read.append)
    assert sum(read) == 3_000_000
