"""The encrypted database: one writing connection behind a lock, and a few that only read.

SQLite promises that a commit is on disk when it returns (WAL, ``synchronous=FULL``). Versions before 3.51.3 may
corrupt a WAL file while it is being reset, so they are refused.
"""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import TimeoutError as QueueTimeout
from sqlalchemy.pool import QueuePool, StaticPool

from app.errors import Broken, Unavailable

OLDEST_SQLITE = (3, 51, 3)
READERS = 4
BUSY_S = 10
COPIED_PAGES = 2000
"""Pages that a backup copies before it lets writers in."""


class Database:
    """Opens the file and hands out transactions. Safe to use from any thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        """``key`` is the raw 256-bit key; raises :class:`Broken` when it is not the one of this file."""
        require_sqlite(sqlcipher3.sqlite_version_info)
        self.path = path
        self._key = key
        path.touch(mode=0o600, exist_ok=True)
        self._writing = threading.RLock()
        self._writer = _engine(path, key, begin="BEGIN IMMEDIATE", poolclass=StaticPool)
        self._reader = _engine(path, key, begin="BEGIN", poolclass=QueuePool, pool_size=READERS, max_overflow=0)
        event.listen(self._reader, "connect", _only_reads)
        try:
            with self._writer.connect() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
        except DatabaseError:
            self.close()
            raise Broken("The database does not open with this key, or is damaged.", code="broken.key") from None

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """One transaction that writes; durable on return, undone on any error."""
        with self._writing, _mapped(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of what is committed."""
        with _mapped(), self._reader.connect() as connection:
            yield connection

    def translate(self, statement: str) -> str:
        """A statement of the migrations, which are written for SQLite, as it is."""
        return statement

    def check(self) -> None:
        """Read the whole file; raise :class:`Broken` when a page is damaged or was changed."""
        with self.read() as connection:
            damaged = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
            verdict = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        if damaged or verdict != ["ok"]:
            raise Broken("The database is damaged.", code="broken.database")

    def forget_deleted(self) -> None:
        """Write the log back and empty it, so that no file holds a page from before a deletion.

        Raises :class:`Unavailable` when a reader is in the way.
        """
        with self._writing, _mapped(), closing(_connect(self.path, self._key)) as connection:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise Unavailable("The database is being read; try again.", code="unavailable.database")

    def back_up(self, path: Path, key: bytes) -> None:
        """Copy everything that is committed, page by page, into a new file; ``key`` is that of this database."""
        path.touch(mode=0o600, exist_ok=False)
        with _mapped(), closing(_connect(self.path, self._key)) as source, closing(_connect(path, key)) as copy:
            source.backup(copy, pages=COPIED_PAGES)

    def rows_came(self, connection: Connection) -> None:
        """SQLite counts on after the greatest number by itself."""

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        with self._writing:
            self._writer.dispose()


def rekey(path: Path, old: bytes, new: bytes) -> None:
    """Encrypt every page anew, in one transaction. Nothing else may have the file open.

    Raises :class:`Broken` when ``old`` does not open it.
    """
    with _mapped(), closing(_connect(path, old)) as connection:
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def opens(path: Path, key: bytes) -> bool:
    """Whether this key opens the file."""
    try:
        with closing(_connect(path, key)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlcipher3.DatabaseError:
        return False
    return True


def require_sqlite(version: tuple[int, ...]) -> None:
    """Raise :class:`Broken` when this SQLite has the WAL-reset bug."""
    if version < OLDEST_SQLITE:
        raise Broken("SQLite is older than 3.51.3 and may damage its log.", code="broken.sqlite")


def _connect(path: Path, key: bytes) -> Any:
    connection = sqlcipher3.connect(str(path), isolation_level=None, timeout=BUSY_S)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is an answer here, not a fault
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _engine(path: Path, key: bytes, *, begin: str, **options: Any) -> Engine:
    url = URL.create("sqlite+pysqlcipher", password=f"x'{key.hex()}'", database=str(path))
    # Parameters hold what was said: they must not show up in a database error.
    engine = create_engine(
        url, module=sqlcipher3, hide_parameters=True, connect_args={"check_same_thread": False}, **options
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_S * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "trusted_schema=OFF",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _only_reads(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON").close()


@contextmanager
def _mapped() -> Iterator[None]:
    """Turn the driver's errors into ours; theirs may quote a statement."""
    try:
        yield
    except QueueTimeout:
        raise Unavailable("The database is too busy.", code="unavailable.database") from None
    except OperationalError as error:
        full = "full" in str(error.orig)
        raise Unavailable(
            "The disk is full." if full else "The database cannot be used right now.",
            code="unavailable.disk" if full else "unavailable.database",
        ) from None
    except DatabaseError as error:
        if type(error) is DatabaseError:
            raise Broken("The database is damaged.", code="broken.database") from None
        raise
