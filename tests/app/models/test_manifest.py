"""The manifest that ships is whole."""

import re

import pytest

from app.models.manifest import load_manifest

pytestmark = pytest.mark.unit


def test_every_profile_names_models_that_exist() -> None:
    manifest = load_manifest()
    for name in manifest.profiles:
        assert set(manifest.profile(name)) == {"speech", "speakers", "drafting", "search"}


def test_every_packaged_file_has_a_hash_and_a_package() -> None:
    for model in load_manifest().models.values():
        assert bool(model.hub) != bool(model.packages), f"{model.name} needs exactly one source"
        names = {package.name for package in model.packages}
        for package in model.packages:
            assert re.fullmatch(r"[0-9a-f]{64}", package.sha256)
        for file in model.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert {part.partition(":")[0] for part in file.parts} <= names


def test_the_embedded_profile_needs_no_hub() -> None:
    assert all(model.packages for model in load_manifest().profile("embedded").values())
