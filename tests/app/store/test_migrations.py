"""Migrations make the tables that queries expect, once, in order, whole or not at all."""

from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from app.errors import Broken, Unavailable
from app.store.engine import Database
from app.store.migrations import MIGRATIONS, migrate
from app.store.schema import metadata

pytestmark = pytest.mark.unit

KEY = bytes(32)


@pytest.fixture
def database(tmp_path: Path):
    database = Database(tmp_path / "x.sqlite3", KEY)
    yield database
    database.close()


def tables(database: Database) -> dict[str, list[str]]:
    with database.read() as connection:
        look = inspect(connection)
        return {name: [column["name"] for column in look.get_columns(name)] for name in look.get_table_names()}


def test_they_make_exactly_the_tables_of_the_schema(database: Database) -> None:
    migrate(database)
    made = tables(database)
    assert made.pop("migrations") == ["number", "name", "at"]
    assert made == {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}


def test_keys_and_nulls_are_those_of_the_schema(database: Database) -> None:
    migrate(database)
    with database.read() as connection:
        look = inspect(connection)
        for table in metadata.sorted_tables:
            assert set(look.get_pk_constraint(table.name)["constrained_columns"]) == set(
                table.primary_key.columns.keys()
            )
            nulls = {c["name"] for c in look.get_columns(table.name) if c["nullable"]}
            assert nulls - set(table.primary_key.columns.keys()) == {c.name for c in table.columns if c.nullable}


def test_running_them_again_changes_nothing(database: Database) -> None:
    migrate(database)
    before = tables(database)
    migrate(database)
    assert tables(database) == before


def test_an_older_database_gets_what_it_lacks(database: Database) -> None:
    migrate(database, MIGRATIONS[:2])
    assert "audio" not in tables(database)
    migrate(database)
    assert "audio" in tables(database)


def test_a_newer_database_is_refused(database: Database) -> None:
    migrate(database, (*MIGRATIONS, ("9999 from the future", ("CREATE TABLE future (id TEXT)",))))
    with pytest.raises(Broken) as refused:
        migrate(database)
    assert refused.value.code == "broken.schema"


def test_a_step_that_fails_leaves_no_trace(database: Database) -> None:
    broken = (*MIGRATIONS, ("9999 broken", ("CREATE TABLE half (id TEXT)", "CREATE NONSENSE")))
    with pytest.raises(Unavailable):
        migrate(database, broken)
    assert "half" not in tables(database)
    migrate(database)
    with database.read() as connection:
        names = connection.execute(text("SELECT name FROM migrations ORDER BY number")).scalars().all()
    assert names == [name for name, _ in MIGRATIONS]


def test_names_are_in_order_and_unique() -> None:
    names = [name for name, _ in MIGRATIONS]
    assert names == sorted(set(names))
    assert [int(name.split()[0]) for name in names] == list(range(1, len(names) + 1))
