"""What ``sidenote doctor`` looks at: each check has a name and, when it fails, advice in plain words."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.ehr.client import Ehr
from app.errors import SidenoteError, Unavailable
from app.models import ModelCache, load_manifest
from app.security import checkpoints
from app.security.keys import from_file, key_file, load_keys
from app.settings import Settings
from app.store import Store
from app.store.postgres import Postgres
from app.store.store import DATABASE_FILE

LEAST_FREE_GB = 2


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined."""

    name: str
    ok: bool
    advice: str = ""


def examine(settings: Settings) -> Iterator[Check]:
    """Check page, data folder, disk, keys, record, audit log, device, models and EHR.

    Reads the whole record, which takes seconds where it is large, and brings an older one up to date as every command
    does; makes no record and no key where there is none.
    """
    yield page()
    yield data_folder(settings)
    yield disk(settings)
    yield sqlite()
    yield master_key(settings)
    yield from record(settings)
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
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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


def master_key(settings: Settings) -> Check:
    """Whether the master key can be read, and by its owner alone."""
    if from_file(settings) and not key_file(settings).exists():
        return Check("master key: made when the first record is", True)
    try:
        load_keys(settings, may_create=False)
    except SidenoteError as error:
        return Check("master key", False, error.message)
    except OSError:
        return Check("master key", False, f"{key_file(settings)} cannot be read by this user.")
    return Check("master key", True)


def record(settings: Settings) -> Iterator[Check]:
    """Whether the record opens, every page and every link of its audit log is whole, and none was cut off."""
    where = "PostgreSQL" if settings.database_url.get_secret_value() else "SQLite"
    try:
        if not _begun(settings):
            yield Check(f"record in {where}: none yet", True)
            return
        store = Store.open(settings)
    except SidenoteError as error:
        yield Check(f"record in {where}", False, error.message)
        return
    with closing(store):
        yield _tried(f"record in {where}", store.check_pages)
        yield _tried("audit log", lambda: store.verify_audit(checkpoints.read(checkpoints.file_of(settings))))


def _begun(settings: Settings) -> bool:
    """Whether there is a record; nothing is made."""
    url = settings.database_url.get_secret_value()
    if not url:
        return (settings.data_dir / DATABASE_FILE).exists()
    with closing(Postgres(url)) as served:
        return not served.is_new


def _tried(name: str, action: Callable[[], object]) -> Check:
    try:
        action()
    except SidenoteError as error:
        return Check(name, False, f"{error.message} See docs/operations.md, Backup and restore.")
    return Check(name, True)


def device(settings: Settings) -> Check:
    """Which device models will run on."""
    import ctranslate2

    cuda = ctranslate2.get_cuda_device_count()
    if settings.device == "cuda" and not cuda:
        return Check("device", False, "SIDENOTE_DEVICE is cuda, but no CUDA device is there. Set it to auto.")
    used = "cuda" if cuda and settings.device != "cpu" else "cpu"
    return Check(f"device: {used}", True)


def ehr(settings: Settings) -> Check:
    """Whether the EHR answers us, signed in as the settings say, and speaks FHIR."""
    try:
        with closing(Ehr.from_settings(settings)) as ehr:
            statement = ehr.capabilities()
    except Unavailable as error:
        advice = (
            f"{error.message} Is SIDENOTE_EHR_URL ({settings.ehr_url}) right? Without one: sidenote serve --sandbox"
        )
        return Check("EHR", False, advice)
    except SidenoteError as error:
        return Check("EHR", False, f"{error.message} Details: sidenote ehr test")
    said = statement.get("resourceType") == "CapabilityStatement"
    return Check("EHR", said, f"{settings.ehr_url} answers, but not as a FHIR server does.")
