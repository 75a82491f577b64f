"""Backups taken while the record is in use, and their way back.

A backup is a file as SQLite keeps the record in, whichever database it was taken from, and can become the record of
either.
"""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.errors import Broken, Conflict, NotFound, Unavailable
from app.security.keys import load_keys
from app.settings import Settings
from app.store.engine import Database
from app.store.lock import FolderLock
from app.store.postgres import Postgres
from app.store.store import DATABASE_FILE, Store
from app.store.transfer import copy_rows

LOGS = ("-wal", "-shm")
"""What SQLite keeps beside a database that is open."""


def back_up(settings: Settings, path: Path) -> tuple[int, str]:
    """Copy the record to a new file, read the copy whole, and return the end of its audit chain.

    Changes go on meanwhile. The copy has the keys of the record: without the master key nobody can read it.
    Raises :class:`Conflict` when there is such a file already.
    """
    if path.exists():
        raise Conflict("There is a file of this name already.", code="conflict.file")
    with _partial(path) as partial:
        with closing(Store.open(settings)) as store:
            store.copy_to(partial, load_keys(settings, may_create=False).database)
        end = _examined(settings, partial)
        _put(partial, path)
    return end


def restore(settings: Settings, backup: Path, *, replace: bool = False) -> tuple[int, str]:
    """Make a backup the record again; return the end of its audit chain.

    The backup stays. With ``replace`` a record that is there is moved aside, never deleted; one in PostgreSQL is not
    touched, so name an empty database. Raises :class:`Broken` for a backup that is damaged or of another key,
    :class:`Conflict` when there is a record, and :class:`Unavailable` while that is open.
    """
    if not backup.is_file():
        raise NotFound("There is no such backup.", code="not_found.file")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = settings.data_dir / DATABASE_FILE
    url = settings.database_url.get_secret_value()
    with FolderLock(settings.data_dir, exclusive=True), _partial(path) as partial:
        if path.exists() and not replace and not url:
            raise Conflict("There is a record already. Move it aside with --replace.", code="conflict.record")
        with _disk():
            shutil.copyfile(backup, partial)
            partial.chmod(0o600)
        end = _examined(settings, partial)
        if url:
            return _filled(settings, partial)
        _move_aside(path)
        _put(partial, path)
    return end


def _filled(settings: Settings, copy: Path) -> tuple[int, str]:
    """Take a copy into the empty PostgreSQL of the settings; return the end of its audit chain there."""
    keys = load_keys(settings, may_create=False)
    served = Postgres(settings.database_url.get_secret_value())
    with closing(Store.on(settings, keys, served, time.time)) as store:
        with closing(Database(copy, keys.database)) as source:
            copy_rows(source, served)
        return store.verify_audit()


def _examined(settings: Settings, path: Path) -> tuple[int, str]:
    """Read a copy whole; return the end of its audit chain."""
    keys = load_keys(settings, may_create=False)
    with closing(Store.on(settings, keys, Database(path, keys.database), time.time)) as copy:
        copy.integrity()
        end = copy.verify_audit()
    with closing(Database(path, keys.database)) as database:
        database.forget_deleted()
    if any(left.stat().st_size for left in _logs(path)):
        raise Broken("The copy could not be closed.", code="broken.backup")
    return end


def _move_aside(path: Path) -> None:
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    for file in (path, *_logs(path)):
        if file.exists():
            file.rename(file.with_name(f"{file.name}.before-{stamp}"))


def _put(partial: Path, path: Path) -> None:
    for place in (partial, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if place is partial:
            partial.rename(path)


def _logs(path: Path) -> list[Path]:
    return [file for ending in LOGS if (file := path.with_name(path.name + ending)).exists()]


@contextmanager
def _partial(path: Path) -> Iterator[Path]:
    """A name for a file that is not whole yet; nothing of that name is left behind."""
    partial = path.with_name(f"{path.name}.partial")

    def clear() -> None:
        for file in (partial, *_logs(partial)):
            file.unlink(missing_ok=True)

    clear()
    try:
        yield partial
    finally:
        clear()


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError:
        raise Unavailable("The copy cannot be written.", code="unavailable.disk") from None
