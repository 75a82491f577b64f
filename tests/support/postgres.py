"""A real PostgreSQL of the tests' own, started when first asked for and gone with the test run."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from app.ehr.sandbox import free_port
from app.store.migrations import migrate
from app.store.postgres import Postgres
from app.store.schema import metadata

UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; then it runs as this user."""


def programs() -> Path | None:
    """Where PostgreSQL's programs are, the newest; ``None`` when there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """Start a server that does not wait for the disk, for speed; yields the URL of its database."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sidenote-pg-"))
    if user:
        shutil.chown(folder, user)
    port, data = free_port(), folder / "data"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, env=environment, cwd=folder, capture_output=True)

    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "sidenote", "-A", "trust", "-N", "-E", "UTF8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql+psycopg://sidenote@127.0.0.1:{port}/postgres"
        finally:
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


TABLES = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
SHAPE = """SELECT (SELECT count(*) FROM migrations), (SELECT count(*) FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal)"""


class Schemas:
    """Schemas of one database for tests. One with the tables of a record in it is lent again and again.

    To make the tables takes far longer than to empty them.
    """

    def __init__(self, url: str) -> None:
        self._url, self._numbers = url, count()
        self._ready: list[tuple[str, tuple[int, ...]]] = []

    def new(self) -> str:
        """The URL of a schema without tables."""
        name = f"test_{next(self._numbers)}"
        with connected(self._url) as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        return f"{self._url}?options=-csearch_path%3D{name}"

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a schema with a record's tables, all empty; one whose triggers were changed is not lent again."""
        url, shape = self._ready.pop() if self._ready else self._made()
        yield url
        with connected(url) as connection:
            if _shape(connection) == shape:
                connection.exec_driver_sql(f"TRUNCATE {TABLES} RESTART IDENTITY")
                self._ready.append((url, shape))

    def _made(self) -> tuple[str, tuple[int, ...]]:
        url = self.new()
        with closing(Postgres(url)) as database:
            migrate(database)
        with connected(url) as connection:
            return url, _shape(connection)


def _shape(connection: Connection) -> tuple[int, ...]:
    return tuple(connection.exec_driver_sql(SHAPE).one())


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection on which every statement counts at once."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
