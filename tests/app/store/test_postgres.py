"""What is PostgreSQL's own: the rest of the store's tests run on both databases (see ``conftest.SQLITE``)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import inspect
from support import released
from support.postgres import Schemas

from app.errors import Broken, Conflict, Unavailable
from app.security.keys import load_keys
from app.settings import Settings
from app.store import Store, rotation
from app.store.backup import back_up, restore
from app.store.postgres import Postgres
from app.store.schema import metadata
from visit.charts import Chart

pytestmark = pytest.mark.integration


@pytest.fixture
def database_url(schemas: Schemas) -> str:
    """A schema of the test's own, without tables."""
    return schemas.new()


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


def test_servers_that_start_at_once_agree_on_the_tables(settings: Settings) -> None:
    chosen = settings.model_copy(update={"master_key": SecretStr("ab" * 32)})
    with ThreadPoolExecutor() as pool:
        racers = list(pool.map(Store.open, [chosen] * 4))
    for racer in racers:
        racer.ping()
        racer.close()


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


def test_the_drill_of_bringing_a_backup_back(
    store: Store, settings: Settings, schemas: Schemas, tmp_path: Path
) -> None:
    """Out of one PostgreSQL, into another and into a file, and back again: always the same record."""
    released.fill(store)
    end = store.verify_audit()
    back_up(settings, tmp_path / "monday")
    with pytest.raises(Conflict) as there:
        restore(settings.model_copy(update={"data_dir": elsewhere(settings, tmp_path / "same")}), tmp_path / "monday")
    assert there.value.code == "conflict.record"
    in_file = settings.model_copy(
        update={"data_dir": elsewhere(settings, tmp_path / "file"), "database_url": SecretStr("")}
    )
    assert restore(in_file, tmp_path / "monday") == end
    back_up(in_file, tmp_path / "tuesday")
    served = in_file.model_copy(update={"database_url": SecretStr(schemas.new())})
    assert restore(served, tmp_path / "tuesday", replace=True) == end
    restored = Store.open(served)
    restored.integrity()
    (user, *_) = restored.users()
    for one, other in zip(store.encounters(user), restored.encounters(user), strict=True):
        assert one == other
        assert store.audio(one.id) == restored.audio(one.id)
    opened = restored.open_encounter(user.id, "new", Chart(), "soap").id
    assert restored.record_consent(user.id, opened, True).given, "rows are numbered on"
    restored.close()


def elsewhere(settings: Settings, folder: Path) -> Path:
    """A new machine that has the master key and nothing else."""
    folder.mkdir()
    (folder / "master.key").write_bytes((settings.data_dir / "master.key").read_bytes())
    (folder / "master.key").chmod(0o600)
    return folder


def test_nobody_there_is_named_without_the_address() -> None:
    with pytest.raises(Unavailable) as gone:
        Postgres("postgresql+psycopg://sidenote:secret@127.0.0.1:1/record?connect_timeout=1")
    assert "secret" not in str(gone.value)
