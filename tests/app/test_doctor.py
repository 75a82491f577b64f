"""The doctor names what is missing and what to do about it."""

from pathlib import Path

import pytest

from app import doctor
from app.ehr.sandbox import free_port
from app.settings import Settings

pytestmark = pytest.mark.unit


def settings(tmp_path: Path, **changes: object) -> Settings:
    paths = {"data_dir": tmp_path / "data", "models_dir": tmp_path / "models"}
    return Settings(_env_file=None, **{**paths, **changes})


def test_missing_models_are_named_with_the_command_that_helps(tmp_path: Path) -> None:
    checks = {check.name: check for check in doctor.examine(settings(tmp_path))}
    speech = checks["model for speech: whisper-base"]
    assert not speech.ok
    assert "sidenote models pull" in speech.advice


def test_an_ehr_that_does_not_answer(tmp_path: Path) -> None:
    check = doctor.ehr(settings(tmp_path, ehr_url=f"http://127.0.0.1:{free_port()}/fhir"))
    assert not check.ok
    assert "SIDENOTE_EHR_URL" in check.advice


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check = doctor.data_folder(settings(tmp_path, data_dir=tmp_path / "file" / "data"))
    assert not check.ok
    assert "SIDENOTE_DATA_DIR" in check.advice


def test_the_encrypted_database_is_new_enough() -> None:
    assert doctor.sqlite().ok


def test_a_device_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctranslate2.get_cuda_device_count", lambda: 0)
    assert doctor.device(settings(tmp_path)).ok
    assert "auto" in doctor.device(settings(tmp_path, device="cuda")).advice
