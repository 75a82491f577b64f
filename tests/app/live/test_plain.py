"""Plain audio for the final pass leaves nothing behind."""

import os
from pathlib import Path

import numpy as np
import pytest
from support.engines import speech

from app.live import plain
from app.live.plain import PREFIX, PlainFile, plain_audio, remove_leftovers
from app.records import Encounter, User
from app.settings import Settings
from app.store import Store

pytestmark = pytest.mark.unit


@pytest.fixture
def recorded(store: Store, user: User, encounter: Encounter) -> Encounter:
    store.set_state(user.id, encounter.id, "recording")
    store.append_audio(encounter.id, 0, speech(1, 2), 1)
    store.append_audio(encounter.id, 16000, speech(3), 1)
    return encounter


LACKS = {
    "nothing": (),
    "memfd": ("memfd_create",),
    "tmpfile": ("memfd_create", "O_TMPFILE"),
    "descriptors": ("memfd_create", "O_TMPFILE", "/proc"),
}
"""What a system may not have, one after the other."""


@pytest.mark.parametrize("lacks", LACKS)
def test_it_reads_as_a_file_any_number_of_times_and_then_is_gone(
    store: Store, settings: Settings, recorded: Encounter, monkeypatch: pytest.MonkeyPatch, lacks: str
) -> None:
    deprive(monkeypatch, settings.data_dir, *LACKS[lacks])
    before = set(settings.data_dir.iterdir())
    with plain_audio(store, recorded.id, settings.data_dir) as path:
        assert path.stat().st_size == len(speech(1, 2, 3))
        assert path.read_bytes() == path.read_bytes() == speech(1, 2, 3)
        assert np.fromfile(path, "<i2")[-1] == 3
        if lacks == "descriptors":
            assert path.stat().st_mode & 0o777 == 0o600
        else:
            assert set(settings.data_dir.iterdir()) == before, "nothing plain has a name"
    assert set(settings.data_dir.iterdir()) == before


def test_it_is_gone_after_a_failure_too(
    store: Store, settings: Settings, recorded: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    deprive(monkeypatch, settings.data_dir, *LACKS["descriptors"])
    with pytest.raises(RuntimeError), plain_audio(store, recorded.id, settings.data_dir) as path:
        raise RuntimeError
    assert not path.exists()


def deprive(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> None:
    for name in names:
        if name == "/proc":
            monkeypatch.setattr(plain, "BY_DESCRIPTOR", folder / "nowhere")
        else:
            monkeypatch.delattr(os, name)


def test_closing_twice_closes_nobody_elses_file(tmp_path: Path) -> None:
    file = PlainFile.in_folder(tmp_path)
    file.close()
    other = PlainFile.in_folder(tmp_path)
    file.close()
    other.write(b"still here")
    assert other.path.read_bytes() == b"still here"
    assert (other.size, file.closed, other.closed) == (10, True, False)
    other.close()


def test_leftovers_of_a_crash_are_removed(tmp_path: Path) -> None:
    left, kept = tmp_path / f"{PREFIX}x.pcm", tmp_path / "other"
    left.touch()
    kept.touch()
    remove_leftovers(tmp_path)
    assert not left.exists()
    assert kept.exists()
