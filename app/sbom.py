"""The software bill of materials: what is installed, as CycloneDX 1.6 JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path(__file__).parents[1] / "requirements.lock"
PAGE_LOCK: Final = Path(__file__).parents[1] / "web" / "package-lock.json"

_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def sbom() -> dict[str, Any]:
    """Every Python package of this environment and every package of the page's lock file, by package URL."""
    version = next((d.version for d in distributions() if _name(d) == "sidenote"), "0")
    components = sorted([*python_components(), *page_components()], key=lambda one: one["bom-ref"])
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "sidenote", "version": version}},
        "components": components,
    }


def python_components() -> Iterator[dict[str, Any]]:
    """Installed distributions; those of the lock file with the hashes that are accepted for them."""
    hashes, seen = locked_hashes(LOCK.read_text(encoding="utf-8")) if LOCK.exists() else {}, set()
    for found in distributions():
        name = _name(found)
        if name in seen or name == "sidenote":
            continue
        seen.add(name)
        component = _component("pypi", name, found.version)
        told = found.metadata.json
        licence = str(told.get("license_expression") or told.get("license") or "")
        if licence and len(licence) < 100:
            component["licenses"] = [{"license": {"name": licence}}]
        accepted = hashes.get((name, found.version), ())
        if len(accepted) == 1:
            component["hashes"] = [{"alg": "SHA-256", "content": accepted[0]}]
        elif accepted:
            component["properties"] = [{"name": "sidenote:accepted-sha256", "value": one} for one in accepted]
        yield component


def page_components() -> Iterator[dict[str, Any]]:
    """Packages of the page; those that only build it are marked as excluded."""
    if not PAGE_LOCK.exists():
        return
    packages: Mapping[str, Mapping[str, Any]] = json.loads(PAGE_LOCK.read_text(encoding="utf-8"))["packages"]
    seen = set()
    for path, package in packages.items():
        name = path.rpartition("node_modules/")[2]
        if not name or (name, package["version"]) in seen:
            continue
        seen.add((name, package["version"]))
        component = _component("npm", name.replace("@", "%40"), package["version"], name=name)
        component["scope"] = "excluded" if package.get("dev") else "required"
        if "license" in package:
            component["licenses"] = [{"license": {"name": package["license"]}}]
        yield component


def locked_hashes(lock: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Name and version of each pinned package → the SHA-256 hashes that pip accepts for it."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    pinned: tuple[str, str] | None = None
    for line in lock.splitlines():
        if pin := _PIN.match(line):
            pinned = (_normal(pin[1]), pin[2])
        if pinned and (hashes := _HASH.findall(line)):
            found[pinned] = (*found.get(pinned, ()), *hashes)
    return found


def _component(kind: str, path: str, version: str, *, name: str = "") -> dict[str, Any]:
    url = f"pkg:{kind}/{path}@{version}"
    return {"type": "library", "bom-ref": url, "name": name or path, "version": version, "purl": url}


def _name(found: Distribution) -> str:
    return _normal(found.metadata["Name"] or "")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
