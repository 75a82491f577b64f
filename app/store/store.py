"""The store: every part of the record behind one object."""

import time
from collections.abc import Callable

from app.security.envelope import Wrapper
from app.security.keys import load_keys
from app.security.tokens import Tokens
from app.settings import Settings
from app.store.amendments import Amendments
from app.store.audio import Audio
from app.store.audit import Audit
from app.store.codes import Codes
from app.store.encounters import Encounters
from app.store.engine import Database
from app.store.events import Events
from app.store.heard import Heard
from app.store.migrations import migrate
from app.store.notes import Notes
from app.store.part import Desk
from app.store.people import People
from app.store.sessions import Sessions
from app.store.submissions import Submissions

DATABASE_FILE = "sidenote.sqlite3"


class Store(People, Sessions, Encounters, Audio, Heard, Notes, Codes, Submissions, Amendments, Events, Audit):
    """The record. Synchronous and safe to call from any thread; call it off the event loop.

    Methods raise the errors of :mod:`app.errors`: :class:`NotFound` for unknown ids, :class:`Unavailable` when the
    disk is full or the database busy, :class:`Broken` when stored data fails its check.
    """

    @classmethod
    def open(cls, settings: Settings, *, clock: Callable[[], float] = time.time) -> "Store":
        """Open or create the database in ``settings.data_dir``, bring it up to date and unlock its keys."""
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = settings.data_dir / DATABASE_FILE
        keys = load_keys(settings, may_create=not path.exists())
        database = Database(path, keys.database)
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise
        return cls(Desk(settings, database, Wrapper(keys.wrapping), Tokens(keys.tokens), clock))

    def integrity(self) -> None:
        """Check every page of the database and the audit chain; raise :class:`Broken` when either fails."""
        self._database.check()
        self.verify_audit()

    def ping(self) -> None:
        """Raise unless the database answers."""
        with self._database.read() as connection:
            connection.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        """Close the database. Nothing is pending: every change was durable when its method returned."""
        self._database.close()
