"""The encrypted database file and its connections."""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, Executable, text
from sqlalchemy.exc import IntegrityError

from app.errors import Broken, Unavailable
from app.store.engine import READERS, Database, require_sqlite

pytestmark = pytest.mark.unit

KEY, OTHER = bytes(range(32)), bytes(reversed(range(32)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.sqlite3"


def fill(database: Database, value: str = "quokka", rows: int = 1) -> None:
    with database.change() as connection:
        connection.execute(text("CREATE TABLE t (value TEXT NOT NULL UNIQUE)"))
        for number in range(rows):
            connection.execute(text("INSERT INTO t VALUES (:value)"), {"value": f"{value}{number}"})


def execute_all(connection: Connection, statements: Iterable[Executable]) -> None:
    for statement in statements:
        connection.execute(statement)


def test_commits_survive_reopening(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    database.close()
    database = Database(path, KEY)
    with database.read() as connection:
        assert connection.execute(text("SELECT value FROM t")).scalar() == "quokka0"
    database.close()


def test_another_key_is_refused(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    database.close()
    with pytest.raises(Broken) as refused:
        Database(path, OTHER)
    assert refused.value.code == "broken.key"


def test_file_is_not_a_plain_database_and_for_its_owner_only(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    raw = b"".join(file.read_bytes() for file in path.parent.iterdir())
    database.close()
    assert b"quokka" not in raw
    assert b"SQLite format 3" not in raw


def test_connections_are_durable_and_strict(path: Path) -> None:
    database = Database(path, KEY)
    with database.change() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
        }
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "temp_store": 2}


def test_an_error_undoes_the_whole_change(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    twice = text("INSERT INTO t VALUES ('first'), ('second')"), text("INSERT INTO t VALUES ('quokka0')")
    with pytest.raises(IntegrityError), database.change() as connection:
        execute_all(connection, twice)
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 1
    database.close()


def test_database_errors_do_not_repeat_values(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    with pytest.raises(IntegrityError) as error, database.change() as connection:
        connection.execute(text("INSERT INTO t VALUES (:value)"), {"value": "quokka0"})
    database.close()
    assert "quokka" not in str(error.value)


def test_readers_cannot_write(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    with pytest.raises(Unavailable), database.read() as connection:
        connection.execute(text("DELETE FROM t"))
    database.close()


def test_readers_do_not_see_what_is_not_committed(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    with database.change() as writing:
        writing.execute(text("DELETE FROM t"))
        with database.read() as reading:
            assert reading.execute(text("SELECT count(*) FROM t")).scalar() == 1
    with database.read() as reading:
        assert reading.execute(text("SELECT count(*) FROM t")).scalar() == 0
    database.close()


@pytest.mark.fault
def test_a_changed_page_is_found(path: Path) -> None:
    database = Database(path, KEY)
    fill(database, rows=2000)
    database.check()
    database.close()
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 3000)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 1]))
    database = Database(path, KEY)
    with pytest.raises(Broken) as broken:
        database.check()
    database.close()
    assert broken.value.code == "broken.database"


@pytest.mark.fault
def test_a_query_on_a_damaged_page_says_so(path: Path) -> None:
    database = Database(path, KEY)
    fill(database, rows=2000)
    database.close()
    raw = bytearray(path.read_bytes())
    for place in range(4096 * 2, len(raw), 4096):
        raw[place + 100] ^= 1
    path.write_bytes(raw)
    database = Database(path, KEY)
    with pytest.raises(Broken), database.read() as connection:
        connection.execute(text("SELECT sum(length(value)) FROM t")).scalar()
    database.close()


def test_too_many_readers_are_told_to_wait(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(path, KEY)
    monkeypatch.setattr(database._reader.pool, "_timeout", 0.05)
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(database.read())
        with pytest.raises(Unavailable):
            stack.enter_context(database.read())
    database.close()


@pytest.mark.fault
def test_a_full_disk_is_named_and_loses_nothing(path: Path) -> None:
    database = Database(path, KEY)
    fill(database)
    with database.change() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    much = [text("INSERT INTO t VALUES (:value)").bindparams(value=f"{'x' * 200}{n}") for n in range(1000)]
    with pytest.raises(Unavailable) as full, database.change() as connection:
        execute_all(connection, much)
    assert full.value.code == "unavailable.disk"
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 1
    database.close()


@pytest.mark.parametrize(("version", "good"), [((3, 40, 1), False), ((3, 51, 2), False), ((3, 51, 3), True)])
def test_old_sqlite_is_refused(version: tuple[int, ...], good: bool) -> None:
    if good:
        require_sqlite(version)
    else:
        with pytest.raises(Broken):
            require_sqlite(version)
