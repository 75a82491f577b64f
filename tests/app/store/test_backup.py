"""Backups while the record is in use, and the drill of bringing one back."""

import os
import threading
from pathlib import Path

import pytest

from app.errors import Broken, Conflict, NotFound, Unavailable
from app.records import User
from app.settings import Settings
from app.store import Store
from app.store.backup import back_up, restore
from app.store.engine import Database
from app.store.store import DATABASE_FILE

pytestmark = pytest.mark.unit

PCM = bytes(range(256)) * 250


@pytest.fixture
def backup(store: Store, advance, settings: Settings, tmp_path: Path) -> Path:
    encounter = advance("recording")
    store.append_audio(encounter.id, 0, PCM, 1)
    path = tmp_path / "backups" / "monday.sidenote"
    path.parent.mkdir()
    back_up(settings, path)
    return path


def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """A new machine that has the master key and nothing else."""
    other = settings.model_copy(update={"data_dir": tmp_path / "new"})
    other.data_dir.mkdir()
    key = other.data_dir / "master.key"
    key.write_bytes((settings.data_dir / "master.key").read_bytes())
    key.chmod(0o600)
    return other


def test_the_drill(store: Store, ada: User, backup: Path, settings: Settings, tmp_path: Path) -> None:
    other = elsewhere(settings, tmp_path)
    assert restore(other, backup) == store.verify_audit()
    restored = Store.open(other)
    restored.integrity()
    (encounter,) = restored.encounters(ada)
    assert restored.audio(encounter.id) == PCM
    assert restored.append_audio(encounter.id, len(PCM) // 2, PCM, 1) == len(PCM)
    restored.close()
    assert oct((other.data_dir / DATABASE_FILE).stat().st_mode & 0o777) == "0o600"
    assert sorted(path.name for path in backup.parent.iterdir()) == [backup.name]


def test_a_backup_is_sealed_like_the_record(backup: Path) -> None:
    raw = backup.read_bytes()
    assert b"SQLite format 3" not in raw
    assert b"Juniper" not in raw
    assert oct(backup.stat().st_mode & 0o777) == "0o600"


def test_it_is_taken_while_people_work(store: Store, advance, settings: Settings, tmp_path: Path) -> None:
    encounter = advance("recording").id
    begun, stop, stored, clip = threading.Event(), threading.Event(), [0], PCM[:3200]

    def record() -> None:
        while not stop.wait(0.002):
            stored[0] = store.append_audio(encounter, stored[0], clip, 1)
            begun.set()

    recorder = threading.Thread(target=record)
    recorder.start()
    try:
        assert begun.wait(60)
        for name in ("first", "second"):
            back_up(settings, tmp_path / name)
    finally:
        stop.set()
        recorder.join()
    other = elsewhere(settings, tmp_path)
    restore(other, tmp_path / "second")
    restored = Store.open(other)
    samples = restored.samples(encounter)
    assert 0 < samples <= stored[0]
    assert restored.audio(encounter) == clip * (samples * 2 // len(clip))
    restored.close()


def test_nothing_is_overwritten(store: Store, backup: Path, settings: Settings) -> None:
    with pytest.raises(Conflict):
        back_up(settings, backup)
    with pytest.raises(Unavailable):
        restore(settings, backup, replace=True)
    store.close()
    with pytest.raises(Conflict) as there:
        restore(settings, backup)
    assert there.value.code == "conflict.record"
    restore(settings, backup, replace=True)
    aside = [path.name for path in settings.data_dir.iterdir() if ".before-" in path.name]
    assert any(name.startswith(f"{DATABASE_FILE}.before-") for name in aside)


@pytest.mark.fault
@pytest.mark.parametrize("place", [0, 1, 5, -1])
def test_a_damaged_backup_is_refused_and_the_record_untouched(
    store: Store, backup: Path, settings: Settings, place: int
) -> None:
    store.close()
    raw = bytearray(backup.read_bytes())
    raw[place * 4096 + 200 if place >= 0 else -1500] ^= 1
    backup.write_bytes(raw)
    before = (settings.data_dir / DATABASE_FILE).read_bytes()
    with pytest.raises(Broken):
        restore(settings, backup, replace=True)
    assert (settings.data_dir / DATABASE_FILE).read_bytes() == before
    assert not list(settings.data_dir.glob("*.partial*"))


def test_a_backup_of_another_key_and_a_missing_one_are_refused(
    backup: Path, settings: Settings, tmp_path: Path
) -> None:
    other = elsewhere(settings, tmp_path)
    (other.data_dir / "master.key").write_text("ab" * 32)
    with pytest.raises(Broken):
        restore(other, backup)
    with pytest.raises(NotFound):
        restore(other, tmp_path / "nothing")
    assert not (other.data_dir / DATABASE_FILE).exists()


@pytest.mark.fault
def test_a_full_disk_leaves_no_half_backup(
    store: Store, advance, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Database, path: Path, key: bytes) -> None:
        path.write_bytes(os.urandom(5000))
        raise Unavailable("The disk is full.", code="unavailable.disk")

    monkeypatch.setattr(Database, "back_up", full)
    with pytest.raises(Unavailable):
        back_up(settings, tmp_path / "x.sidenote")
    assert not list(tmp_path.glob("x.sidenote*"))
