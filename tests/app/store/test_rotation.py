"""A new master key: everything stays readable, nothing opens with the old one, and it may be killed anywhere.

``SIDENOTE_TEST_KILLS`` sets how many moments are tried.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import Broken, Unavailable
from app.records import Encounter
from app.security import checkpoints, keys, totp
from app.security.envelope import Context
from app.settings import Settings
from app.store import Store, rotation, schema
from app.store.engine import opens
from app.store.store import DATABASE_FILE
from visit.charts import Chart
from visit.ids import PatientId

pytestmark = pytest.mark.unit

PCM = bytes(range(256)) * 250


@pytest.fixture
def filled(store: Store, advance, settings: Settings, clock) -> Iterator[list[Encounter]]:
    """Some encounters, a second factor and a checkpoint; the store is closed."""
    encounters = [advance("recording") for _ in range(3)]
    ours = store.users()[0].id
    refused, _ = (
        store.open_encounter(ours, ehr, Chart(PatientId("p-1")), "soap") for ehr in ("ehr-refused", "ehr-later")
    )
    store.record_consent(ours, refused.id, False)
    for encounter in encounters:
        store.append_audio(encounter.id, 0, PCM, 1)
    ada = store.users()[0]
    secret = store.begin_factor(ada)
    store.confirm_factor(ada, totp.code(secret, int(clock() // totp.STEP_S)))
    checkpoints.append(checkpoints.file_of(settings), store.checkpoint())
    store.create_session(ada)
    store.close()
    return encounters


def test_everything_stays_and_the_old_key_opens_nothing(filled, settings: Settings, clock) -> None:
    path, before = settings.data_dir / DATABASE_FILE, keys.load_keys(settings, may_create=False)
    assert rotation.rotate(settings, clock=clock)
    after = keys.load_keys(settings, may_create=False)
    assert before != after
    assert not keys.next_key_file(settings).exists()
    assert not opens(path, before.database)
    store = Store.open(settings, clock=clock)
    store.integrity()
    assert all(store.audio(encounter.id) == PCM for encounter in filled)
    assert store.has_factor(store.users()[0].id)
    later = next(one for one in store.encounters(store.users()[0]) if one.ehr_encounter_id == "ehr-later")
    assert store.earlier_refusal(later) is not None
    clock.advance(60)
    assert store.verify_audit(checkpoints.read(checkpoints.file_of(settings)))[0] > 0, "old checkpoints still count"
    rotated = [entry for entry in store.audit_entries() if entry.action == "keys.rotated"]
    assert [entry.ids["to"] for entry in rotated] == [store.checkpoint().key]
    with store._database.read() as connection:
        wrapped = connection.exec_driver_sql("SELECT encounter, wrapped FROM data_keys").all()
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar() == 0
    store.close()
    old = rotation.Wrapper(before.wrapping)
    for encounter, blob in wrapped:
        with pytest.raises(Broken):
            old.unwrap(encounter, blob)


def test_it_needs_the_record_closed(store: Store, settings: Settings) -> None:
    with pytest.raises(Unavailable):
        rotation.rotate(settings)
    assert not keys.next_key_file(settings).exists()


def test_without_a_record_there_is_nothing_to_rotate(settings: Settings) -> None:
    with pytest.raises(Broken):
        rotation.rotate(settings)


def test_no_sealed_table_is_forgotten() -> None:
    """What is sealed belongs to an encounter, whose data key is wrapped anew, or is listed, or is forgotten."""
    listed = {table.name for table, _ in rotation.PERSONAL} | {table.name for table in rotation.FORGOTTEN}
    sealed = {table.name for table in schema.metadata.sorted_tables if "sealed" in table.c}
    assert {name for name in sealed if "encounter" not in schema.metadata.tables[name].c} == listed


STEPS = ["create_key_file", "rewrap_one", "rewrap_all", "rekey", "enter", "settle"]


@pytest.mark.fault
@pytest.mark.parametrize("step", STEPS)
def test_broken_off_after_any_step_it_goes_on(filled, settings: Settings, clock, monkeypatch, step: str) -> None:
    class Power(Exception):
        pass

    def fails(*_: object, **__: object) -> None:
        raise Power

    with monkeypatch.context() as broken:
        if step == "rewrap_one":
            broken.setattr(rotation, "BATCH", 1)
            one = rotation.Wrapper.rewrap
            calls: list[object] = []

            def twice(self, *args):
                calls.append(args)
                return one(self, *args) if len(calls) < 2 else fails()

            broken.setattr(rotation.Wrapper, "rewrap", twice)
        else:
            place = {
                "create_key_file": (rotation, "_rewrap"),
                "rewrap_all": (rotation, "rekey"),
                "rekey": (rotation, "_enter"),
                "enter": (rotation, "_settle"),
                "settle": (Path, "replace"),
            }[step]
            broken.setattr(*place, fails)
        with pytest.raises(Power):
            rotation.rotate(settings, clock=clock)
    with pytest.raises(Broken) as halfway:
        Store.open(settings, clock=clock)
    assert halfway.value.code == "broken.key_rotation"
    assert rotation.rotate(settings, clock=clock)
    store = Store.open(settings, clock=clock)
    store.integrity()
    assert all(store.audio(encounter.id) == PCM for encounter in filled)
    assert [entry.action for entry in store.audit_entries()].count("keys.rotated") == 1
    store.close()


@pytest.mark.fault
@pytest.mark.parametrize("seed", range(int(os.environ.get("SIDENOTE_TEST_KILLS", "1"))))
def test_killed_while_pages_are_encrypted_anew(filled, settings: Settings, clock, seed: int) -> None:
    written = random.Random(seed).randrange(200_000)
    log = settings.data_dir / f"{DATABASE_FILE}-wal"
    code = "import sys; from pathlib import Path; from app.settings import Settings;"
    code += "from app.store.rotation import rotate; rotate(Settings(_env_file=None, data_dir=Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(settings.data_dir)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, env=environment) as process:
        while process.poll() is None and size(log) <= written:
            time.sleep(0.001)
        process.kill()
    assert rotation.rotate(settings, clock=clock) in (True, False)
    store = Store.open(settings, clock=clock)
    store.integrity()
    assert all(store.audio(encounter.id) == PCM for encounter in filled)
    store.close()


def size(path: Path) -> int:
    """Bytes of a file that another process makes and removes."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def test_a_key_from_elsewhere_is_put_there_by_a_person(store: Store, settings: Settings, clock, tmp_path: Path) -> None:
    """The old key in the environment, the new one in a file: the record opens once the new one took its place."""
    store.close()
    given = (settings.data_dir / "master.key").read_text().strip()
    (settings.data_dir / "master.key").unlink()
    old = Settings(_env_file=None, data_dir=settings.data_dir, master_key=given)  # type: ignore[call-arg, arg-type]
    assert not rotation.rotate(old, clock=clock)
    fresh = keys.next_key_file(old).read_text().strip()
    with pytest.raises(Broken):
        Store.open(old)
    new = Settings(_env_file=None, data_dir=settings.data_dir, key_command=f"echo {fresh}")  # type: ignore[call-arg]
    assert rotation.rotate(new, clock=clock), "nothing is left to do"
    Store.open(new).close()
    keys.next_key_file(new).unlink()
    Store.open(new).close()


def test_a_wrapped_secret_is_bound_to_its_place(filled, settings: Settings) -> None:
    wrapper = rotation.Wrapper(keys.load_keys(settings, may_create=False).wrapping)
    wrapped = wrapper.create(filled[0].id)
    with pytest.raises(Broken):
        wrapper.rewrap(filled[1].id, wrapped)
    key = wrapper.unwrap(filled[0].id, wrapped)
    context = Context(filled[0].id, "audio")
    assert (
        wrapper.unwrap(filled[0].id, wrapper.rewrap(filled[0].id, wrapped)).open(context, key.seal(context, b"x"))
        == b"x"
    )
