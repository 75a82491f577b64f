"""What ``sidenote doctor`` looks at: each check has a name and, when it fails, advice in plain words."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.models import ModelCache, load_manifest
from app.settings import Settings

LEAST_FREE_GB = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined."""

    name: str
    ok: bool
    advice: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Check models, device, page, data folder, disk and EHR, the cheapest first."""
    yield page()
    yield data_folder(settings)
    yield disk(settings)
    yield sqlite()
    yield device(settings)
    manifest = load_manifest()
    cache = ModelCache(settings.models_dir, manifest)
    for job, model in manifest.profile(settings.profile).items():
        state, file = cache.state(model)
        advice = f"{state}{f' ({file})' if file else ''}. Run: sidenote models pull"
        yield Check(f"model for {job}: {model.name}", state == "ready", advice)
    yield ehr(settings)


def page() -> Check:
    """Whether the page was built."""
    built = (Path(__file__).parents[1] / "web" / "dist" / "index.html").is_file()
    return Check("page", built, "it was not built. Run: make web")


def data_folder(settings: Settings) -> Check:
    """Whether the data folder can be used."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.touch()
        probe.unlink()
    except OSError:
        return Check("data folder", False, f"{folder} cannot be written. Set SIDENOTE_DATA_DIR to a folder that can.")
    return Check("data folder", True)


def disk(settings: Settings) -> Check:
    """Whether there is room for visits."""
    free = shutil.disk_usage(settings.data_dir if settings.data_dir.exists() else Path()).free / 1e9
    return Check(f"disk: {free:.0f} GB free", free >= LEAST_FREE_GB, "a visit of an hour needs 0.12 GB; make room.")


def sqlite() -> Check:
    """Whether the encrypted database driver is there and new enough."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        return Check("encrypted database", False, "sqlcipher3 is not installed. Run: make setup")
    version = str(dbapi2.sqlite_version)
    ok = tuple(map(int, version.split("."))) >= (3, 51, 3)
    advice = f"SQLite {version} can corrupt a database that is written and checkpointed at once; 3.51.3 is needed."
    return Check(f"encrypted database: SQLite {version}", ok, advice)


def device(settings: Settings) -> Check:
    """Which device models will run on."""
    import ctranslate2

    cuda = ctranslate2.get_cuda_device_count()
    if settings.device == "cuda" and not cuda:
        return Check("device", False, "SIDENOTE_DEVICE is cuda, but no CUDA device is there. Set it to auto.")
    used = "cuda" if cuda and settings.device != "cpu" else "cpu"
    return Check(f"device: {used}", True)


def ehr(settings: Settings) -> Check:
    """Whether the EHR answers."""
    advice = f"nothing answers at {settings.ehr_url}. Set SIDENOTE_EHR_URL, or try: sidenote serve --sandbox"
    try:
        answer = httpx.get(f"{settings.ehr_url.rstrip('/')}/metadata", timeout=5)
    except httpx.HTTPError:
        return Check("EHR", False, advice)
    return Check("EHR", answer.status_code < 500, f"{settings.ehr_url} answers with status {answer.status_code}.")
