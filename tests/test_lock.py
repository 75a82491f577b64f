"""What images install is pinned as everything is, and holds nothing that is for development only."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
APART = {"torch": "the image picks its build", "setuptools": "builds the package itself"}
UNUSED = {"pytest", "iniconfig", "pluggy"}
"""Named by medspacy-quickumls as if it needed them; nothing that serves imports them."""


def pins(name: str) -> dict[str, str]:
    """Each package of a lock, with the version and the hashes that it is pinned to."""
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", (ROOT / name).read_text("utf-8"))
    return {canonicalize_name(re.split(r"[=\[ ]", entry)[0]): entry for entry in entries if entry.strip()}


def needed(requirements: list[str]) -> set[str]:
    """Those packages and all that they need, here."""
    found: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(line) for line in requirements]
    while todo:
        one = todo.pop()
        key = canonicalize_name(one.name), frozenset(one.extras)
        if key not in found and (one.marker is None or one.marker.evaluate({"extra": ""})):
            found.add(key)
            todo += below(one)
    return {name for name, _ in found}


def below(requirement: Requirement) -> Iterator[Requirement]:
    for line in requires(requirement.name) or ():
        found = Requirement(line)
        if found.marker is None or any(found.marker.evaluate({"extra": extra}) for extra in {"", *requirement.extras}):
            found.marker = None
            yield found


def test_images_install_what_the_service_needs_and_nothing_else() -> None:
    wanted = needed(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["postgres"])
    assert set(pins("requirements-image.lock")) | set(APART) == wanted - UNUSED | set(APART)


def test_both_locks_pin_the_same() -> None:
    everything = pins("requirements.lock")
    for name, pin in pins("requirements-image.lock").items():
        assert pin == everything[name]
        assert "--hash=sha256:" in pin


def test_images_install_from_the_image_lock_only() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    installed = [line for line in lines if "pip install" in line and "-r " in line]
    assert installed
    assert all(line.endswith("-r requirements-image.lock") for line in installed)
