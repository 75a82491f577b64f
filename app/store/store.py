"""The store: every part of the record behind one object."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import Table, func, select

from app.errors import Broken
from app.security.blind import BlindIndex
from app.security.checkpoints import Signer
from app.security.envelope import Wrapper
from app.security.keys import Keys, load_keys, next_keys
from app.security.tokens import Tokens
from app.settings import Settings
from app.store import schema
from app.store.amendments import Amendments
from app.store.audio import Audio
from app.store.audit import Audit
from app.store.database import AnyDatabase
from app.store.engine import Database
from app.store.events import Events
from app.store.grants import Grants
from app.store.identities import Identities
from app.store.launches import KeptLaunches
from app.store.lock import FolderLock
from app.store.migrations import migrate
from app.store.part import Desk
from app.store.postgres import Postgres
from app.store.retention import Retention
from app.store.reviews import Reviews
from app.store.revisions import Revisions
from app.store.sessions import Sessions
from app.store.submissions import Submissions
from app.store.voices import Voices
from visit.ids import EncounterId

DATABASE_FILE = "sidenote.sqlite3"
KEYS_TRIED = 5
"""Keys of encounters that are opened to see whether the master key is the right one."""


class Store(
    Identities,
    Sessions,
    KeptLaunches,
    Grants,
    Audio,
    Revisions,
    Reviews,
    Submissions,
    Amendments,
    Events,
    Retention,
    Voices,
    Audit,
):
    """The record. Synchronous and safe to call from any thread; call it off the event loop.

    Methods raise the errors of :mod:`app.errors`: :class:`NotFound` for unknown ids, :class:`Unavailable` when the
    disk is full or the database busy, :class:`Broken` when stored data fails its check.
    """

    _lock: FolderLock | None = None

    @classmethod
    def open(cls, settings: Settings, *, clock: Callable[[], float] = time.time) -> "Store":
        """Open or create the database in ``settings.data_dir``, bring it up to date and unlock its keys.

        Raises :class:`Unavailable` while the record is being restored or given a new key, and :class:`Broken`
        (``broken.key_rotation``) when that was interrupted.
        """
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as undo:
            lock = FolderLock(settings.data_dir)
            undo.callback(lock.release)
            database, keys = cls._unlocked(settings, undo)
            store = cls.on(settings, keys, database, clock, lock)
            undo.callback(store.close)
            store.require_key()
            store.index_patients()
            undo.pop_all()
        return store

    @classmethod
    def _unlocked(cls, settings: Settings, undo: ExitStack) -> tuple[AnyDatabase, Keys]:
        """The database of the settings and the keys to it, while no change of the master key is half done."""
        url, path = settings.database_url.get_secret_value(), settings.data_dir / DATABASE_FILE
        served = Postgres(url) if url else None
        if served is not None:
            undo.callback(served.close)
        keys = load_keys(settings, may_create=served.is_new if served else not path.exists())
        if next_keys(settings) not in (None, keys):
            raise Broken(
                "A change of the master key was interrupted. Run sidenote keys rotate.", code="broken.key_rotation"
            )
        return served or Database(path, keys.database), keys

    @classmethod
    def on(
        cls,
        settings: Settings,
        keys: Keys,
        database: AnyDatabase,
        clock: Callable[[], float],
        lock: FolderLock | None = None,
    ) -> "Store":
        """A store on this database with these keys; it closes it, and lets go of ``lock``, when it is closed."""
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise
        desk = Desk(
            settings=settings,
            database=database,
            wrapper=Wrapper(keys.wrapping),
            tokens=Tokens(keys.tokens),
            signer=Signer(keys.signing),
            index=BlindIndex(keys.index),
            clock=clock,
        )
        store = cls(desk)
        store._lock = lock
        return store

    def require_key(self) -> None:
        """Raise :class:`Broken` (``broken.key``) when the master key is another record's.

        A file does not even open with a wrong key; in PostgreSQL the keys of encounters show it. One that is damaged
        is no proof.
        """
        query = select(schema.data_keys.c.encounter, schema.data_keys.c.wrapped).limit(KEYS_TRIED)
        with self._database.read() as connection:
            wrapped = connection.execute(query).all()
        if wrapped and not any(self._opens(EncounterId(encounter), key) for encounter, key in wrapped):
            raise Broken("The master key does not open this record.", code="broken.key")

    def _opens(self, encounter: EncounterId, wrapped: bytes) -> bool:
        try:
            self._desk.wrapper.unwrap(encounter, wrapped)
        except Broken:
            return False
        return True

    def integrity(self) -> None:
        """Check every page of the database and the audit chain; raise :class:`Broken` when either fails."""
        self.check_pages()
        self.verify_audit()

    def check_pages(self) -> None:
        """Check every page of the database; raise :class:`Broken` when one was damaged."""
        self._database.check()

    def copy_to(self, path: Path, key: bytes) -> None:
        """Copy everything that is committed into a new file, while changes go on; ``key`` is the database key."""
        self._database.back_up(path, key)

    def count_encounters(self) -> list[tuple[str, int]]:
        """How many encounters are in each state."""
        return self._counted(schema.encounters)

    def count_submissions(self) -> list[tuple[str, int]]:
        """How many submissions are in each state."""
        return self._counted(schema.submissions)

    def _counted(self, table: Table) -> list[tuple[str, int]]:
        query = select(table.c.state, func.count()).group_by(table.c.state).order_by(table.c.state)
        with self._database.read() as connection:
            return [(state, count) for state, count in connection.execute(query)]

    def ping(self) -> None:
        """Raise unless the database answers."""
        with self._database.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Close the database. Nothing is pending: every change was durable when its method returned."""
        self._database.close()
        if self._lock is not None:
            self._lock.release()
