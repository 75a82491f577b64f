"""Opening the record: keys, folders, and what refuses to open."""

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from app.errors import Broken
from app.settings import Settings
from app.store import Store, schema
from visit.ids import EncounterId

pytestmark = pytest.mark.unit


def test_the_folder_and_its_files_are_private(store: Store, settings: Settings) -> None:
    assert oct(settings.data_dir.stat().st_mode & 0o777) == "0o700"
    for path in settings.data_dir.iterdir():
        assert oct(path.stat().st_mode & 0o777) == "0o600", path.name


def test_it_reopens_with_its_key(store: Store, settings: Settings) -> None:
    store.close()
    again = Store.open(settings)
    again.ping()
    again.integrity()
    again.close()


def test_a_lost_key_file_is_not_replaced(store: Store, settings: Settings) -> None:
    store.close()
    (settings.data_dir / "master.key").unlink()
    with pytest.raises(Broken) as lost:
        Store.open(settings)
    assert lost.value.code == "broken.key_missing"
    assert not (settings.data_dir / "master.key").exists()


def test_another_key_does_not_open_it(store: Store, settings: Settings, advance) -> None:
    advance("open")
    store.close()
    (settings.data_dir / "master.key").write_text("ab" * 32)
    with pytest.raises(Broken) as wrong:
        Store.open(settings)
    assert wrong.value.code == "broken.key"


def test_two_stores_share_a_database_in_turn(store: Store, settings: Settings, clock) -> None:
    other = Store.open(settings, clock=clock)
    store.add_user("one", "One", "coder", "correct horse battery")
    other.add_user("two", "Two", "coder", "correct horse battery")
    assert [user.username for user in store.users()] == ["one", "two"]
    assert store.verify_audit() == other.verify_audit()
    other.close()


@pytest.mark.sqlite
def test_a_plain_file_is_not_taken_for_a_database(tmp_path: Path, settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "sidenote.sqlite3").write_bytes(b"SQLite format 3\x00" + bytes(4096))
    (settings.data_dir / "master.key").write_text("ab" * 32)
    (settings.data_dir / "master.key").chmod(0o600)
    with pytest.raises(Broken):
        Store.open(settings)


def test_a_newer_database_does_not_open(store: Store, settings: Settings) -> None:
    with store._database.change() as connection:
        connection.exec_driver_sql("INSERT INTO migrations VALUES (99, '0099 from the future', 0)")
    store.close()
    with pytest.raises(Broken) as newer:
        Store.open(settings)
    assert newer.value.code == "broken.schema"


@pytest.mark.sqlite
def test_a_copy_of_database_log_and_key_is_a_backup(store: Store, settings: Settings, tmp_path: Path) -> None:
    """As taken from a server that was killed: the newest changes are in the log only."""
    store.add_user("ada", "Ada", "clinician", "correct horse battery")
    copy = settings.model_copy(update={"data_dir": tmp_path / "copy"})
    copy.data_dir.mkdir()
    for name in ("sidenote.sqlite3", "sidenote.sqlite3-wal", "master.key"):
        shutil.copy(settings.data_dir / name, copy.data_dir)
    restored = Store.open(copy)
    restored.integrity()
    assert [user.username for user in restored.users()] == ["ada"]
    assert restored.verify_audit() == store.verify_audit()
    restored.close()


@pytest.mark.integration
@pytest.mark.sqlite
def test_processes_that_start_at_once_agree_on_the_tables(settings: Settings, environment: dict[str, str]) -> None:
    code = "import sys; from pathlib import Path; from app.settings import Settings; from app.store import Store;"
    code += "Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1]), master_key='ab' * 32)).close()"
    command = [sys.executable, "-c", code, str(settings.data_dir)]
    racers = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) for _ in range(4)]
    assert [(racer.communicate()[1], racer.returncode) for racer in racers] == [(b"", 0)] * 4


CHANGER = """
import itertools, sys
from pathlib import Path
from app.settings import Settings
from app.store import Store
from visit.charts import Chart
from visit.notes import Note
store = Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
user = store.users()[0].id
for n in itertools.count():
    encounter = store.open_encounter(user, f"{sys.argv[2]}-{n}", Chart(), "soap").id
    store.record_consent(user, encounter, True)
    store.set_state(user, encounter, "recording")
    store.append_audio(encounter, 0, bytes(320), 1)
    store.set_state(user, encounter, "finishing")
    store.save_note(user, encounter, Note(()), drafter="rules", base_version=None)
    store.set_state(user, encounter, "drafted")
    print(n, flush=True)
"""


TOLD = ("encounter.recording", "encounter.finishing", "encounter.drafted", "note.drafted")


def told(store: Store) -> Counter[str]:
    """What the stored events of all encounters tell, as the audit log names it."""
    table, names = schema.encounters, Counter[str]()
    with store._database.read() as connection:
        encounters = connection.execute(select(table.c.id)).scalars().all()
    for encounter in encounters:
        for event in store.events(EncounterId(encounter)):
            names[f"encounter.{event['state']}" if event["type"] == "status" else f"{event['type']}.drafted"] += 1
    return names


@pytest.mark.fault
def test_a_kill_never_parts_a_change_from_its_audit_entry(settings: Settings, environment: dict[str, str]) -> None:
    store = Store.open(settings)
    store.add_user("eve", "Eve", "clinician", "correct horse battery")
    store.close()
    chance = random.Random(5)
    for run in range(3):
        kill_after(settings.data_dir, f"run{run}", chance.uniform(0.0, 0.2), environment)
    store = Store.open(settings)
    store.integrity()
    entries = Counter(entry.action for entry in store.audit_entries(limit=100_000))
    with store._database.read() as connection:
        for action, query in (
            ("encounter.opened", "SELECT count(*) FROM encounters"),
            ("consent.given", "SELECT count(*) FROM consents"),
            ("audio.began", "SELECT count(*) FROM encounters WHERE samples > 0"),
            ("encounter.drafted", "SELECT count(*) FROM encounters WHERE state = 'drafted'"),
            ("note.drafted", "SELECT count(*) FROM notes"),
        ):
            assert entries[action] == connection.exec_driver_sql(query).scalar(), action
        assert connection.exec_driver_sql("SELECT count(*) FROM data_keys").scalar() == entries["encounter.opened"]
    assert entries["encounter.drafted"] >= 3
    assert told(store) == {name: entries[name] for name in TOLD}
    store.close()


def kill_after(folder: Path, name: str, seconds: float, environment: dict[str, str]) -> None:
    """Change the record in another process and SIGKILL it some time after its first round."""
    command = [sys.executable, "-c", CHANGER, str(folder), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"0\n"
        time.sleep(seconds)
        process.kill()
