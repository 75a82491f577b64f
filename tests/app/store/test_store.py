"""Opening the record: keys, folders, and what refuses to open."""

from pathlib import Path

import pytest

from app.errors import Broken
from app.settings import Settings
from app.store import Store

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


def test_another_key_does_not_open_it(store: Store, settings: Settings) -> None:
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


def test_a_plain_file_is_not_taken_for_a_database(tmp_path: Path, settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "sidenote.sqlite3").write_bytes(b"SQLite format 3\x00" + bytes(4096))
    (settings.data_dir / "master.key").write_text("ab" * 32)
    (settings.data_dir / "master.key").chmod(0o600)
    with pytest.raises(Broken):
        Store.open(settings)
