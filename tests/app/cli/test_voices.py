"""``sidenote enrol``."""

from pathlib import Path

import numpy as np
import pytest
from support.engines import Hears, RawRecording
from typer.testing import CliRunner

from app import engines
from app.cli import app, voices
from app.errors import InvalidInput, NotFound
from app.settings import Settings
from app.store import Store
from asr import audio

pytestmark = pytest.mark.unit


class Ear(Hears):
    def close(self) -> None:
        pass


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings = Settings(data_dir=tmp_path / "data")
    store = Store.open(settings)
    store.add_user("ada", "Ada", "clinician", "correct horse battery")
    store.close()
    monkeypatch.setattr(voices, "settings", lambda: settings)
    monkeypatch.setattr(engines, "build_transcriber", lambda _: Ear())
    monkeypatch.setattr(audio, "open_recording", RawRecording)
    (tmp_path / "ada.raw").write_bytes(np.full(16_000 * 12, 4, "<i2").tobytes())
    return settings


def enrolled(settings: Settings) -> bool:
    store = Store.open(settings)
    try:
        return store.voice(store.users()[0].id) is not None
    finally:
        store.close()


def run(*args: str) -> Exception | None:
    return CliRunner().invoke(app, ["enrol", *args]).exception  # type: ignore[return-value]


def test_a_voice_is_enrolled_and_deleted(at_home: Settings, tmp_path: Path) -> None:
    assert run("ada", str(tmp_path / "ada.raw")) is None
    assert enrolled(at_home)
    assert run("ada", "--delete") is None
    assert not enrolled(at_home)


def test_what_cannot_be_done_is_said(at_home: Settings, tmp_path: Path) -> None:
    assert isinstance(run("ada"), InvalidInput)
    assert isinstance(run("ada", str(tmp_path / "missing.wav")), NotFound)
    assert isinstance(run("bert", "--delete"), NotFound)
