"""What is PostgreSQL's own: the rest of the store's tests run on both databases (see ``conftest.BOTH``)."""

import threading

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import IntegrityError
from support import released

from app.errors import Broken, Unavailable
from app.security.keys import load_keys
from app.settings import Settings
from app.store import Store, rotation
from app.store.postgres import Postgres
from app.store.schema import metadata

pytestmark = pytest.mark.integration


@pytest.fixture
def database_url(postgres_url: str, request: pytest.FixtureRequest) -> str:
    """A schema of the test's own."""
    schema, engine = f"own_{abs(hash(request.node.name))}", create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    engine.dispose()
    return f"{postgres_url}?options=-csearch_path%3D{schema}"


def test_the_tables_are_those_of_the_schema(store: Store) -> None:
    with store._database.read() as connection:
        look = inspect(connection)
        made = {name: [column["name"] for column in look.get_columns(name)] for name in look.get_table_names()}
    assert made.pop("migrations") == ["number", "name", "at"]
    assert {name: sorted(columns) for name, columns in made.items()} == {
        table.name: sorted(column.name for column in table.columns) for table in metadata.sorted_tables
    }


def test_a_whole_record_goes_in_and_comes_out(store: Store, settings: Settings) -> None:
    released.fill(store)
    store.integrity()
    end = store.verify_audit()
    store.close()
    again = Store.open(settings)
    assert again.verify_audit() == end
    assert sorted(encounter.state for encounter in again.encounters(again.users()[0])) == sorted(released.STATES)
    again.close()


def test_nothing_said_is_readable_in_its_tables(store: Store) -> None:
    released.fill(store)
    with store._database.read() as connection:
        for table in metadata.sorted_tables:
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"'):
                raw = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
                for word in (b"Juniper", b"lisinopril", b"izziness", b"Dizzy", released.PCM[:64]):
                    assert word not in raw, table.name


def test_two_servers_keep_one_chain(store: Store, settings: Settings) -> None:
    other = Store.open(settings)
    ada = store.add_user("ada", "Ada", "clinician", "correct horse battery")
    threads = [
        threading.Thread(target=lambda one=one: [one.audit(ada.id, "encounter.read", "encounter:x") for _ in range(20)])
        for one in (store, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.verify_audit() == other.verify_audit()
    assert store.verify_audit()[0] == 41
    other.close()


def test_mistakes_cannot_change_the_log(store: Store) -> None:
    store.add_user("ada", "Ada", "clinician", "correct horse battery")
    for statement in ("DELETE FROM audit", "UPDATE audit SET actor = 'x'"):
        with pytest.raises(IntegrityError), store._database.change() as connection:
            connection.exec_driver_sql(statement)
    store.verify_audit()


def test_readers_cannot_write(store: Store) -> None:
    with pytest.raises((Unavailable, Broken)), store._database.read() as connection:
        connection.exec_driver_sql("DELETE FROM users")


def test_what_is_erased_is_gone(store: Store) -> None:
    released.fill(store)
    ada = store.users()[0]
    filed = next(encounter for encounter in store.encounters(ada) if encounter.state == "filed")
    store.erase(ada.id, filed.id, "encounter")
    store.forget_deleted()
    assert filed.id not in [encounter.id for encounter in store.encounters(ada)]
    store.integrity()


def test_a_new_master_key(store: Store, settings: Settings) -> None:
    released.fill(store)
    store.close()
    before = load_keys(settings, may_create=False)
    assert rotation.rotate(settings)
    assert load_keys(settings, may_create=False) != before
    again = Store.open(settings)
    recording = next(e for e in again.encounters(again.users()[0]) if e.state == "recording")
    assert again.audio(recording.id) == released.PCM
    again.integrity()
    again.close()


def test_a_lost_key_is_not_replaced(store: Store, settings: Settings) -> None:
    store.close()
    (settings.data_dir / "master.key").unlink()
    with pytest.raises(Broken) as lost:
        Store.open(settings)
    assert lost.value.code == "broken.key_missing"


def test_nobody_there_is_named_without_the_address() -> None:
    with pytest.raises(Unavailable) as gone:
        Postgres("postgresql+psycopg://sidenote:secret@127.0.0.1:1/record?connect_timeout=1")
    assert "secret" not in str(gone.value)
