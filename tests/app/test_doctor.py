"""The doctor names what is missing and what to do about it."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from support import released

from app import doctor
from app.ehr.sandbox import free_port
from app.security import checkpoints
from app.settings import Settings
from app.store import Store
from app.store.store import DATABASE_FILE

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


class Answers(BaseHTTPRequestHandler):
    """A FHIR server that wants a token."""

    def do_GET(self) -> None:
        allowed = self.headers["Authorization"] == "Bearer good"
        kind = "CapabilityStatement" if self.path == "/fhir/metadata" else "OperationOutcome"
        self.send_response(200 if allowed else 401)
        self.send_header("Content-Type", "application/fhir+json")
        self.end_headers()
        self.wfile.write(json.dumps({"resourceType": kind}).encode() if allowed else b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def guarded() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_ehr_is_asked_with_the_token_of_the_settings(tmp_path: Path, guarded: str) -> None:
    assert doctor.ehr(settings(tmp_path, ehr_url=f"{guarded}/fhir", ehr_token="good")).ok
    refused = doctor.ehr(settings(tmp_path, ehr_url=f"{guarded}/fhir", ehr_token="bad"))
    assert (refused.ok, "401" in refused.advice) == (False, True)
    elsewhere = doctor.ehr(settings(tmp_path, ehr_url=f"{guarded}/other", ehr_token="good"))
    assert (elsewhere.ok, "not as a FHIR server" in elsewhere.advice) == (False, True)


def checked(chosen: Settings) -> dict[str, doctor.Check]:
    return {check.name: check for check in (doctor.master_key(chosen), *doctor.record(chosen))}


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    """Settings of a record that is there."""
    chosen = settings(tmp_path)
    with closing(Store.open(chosen)) as store:
        released.fill(store)
        checkpoints.append(checkpoints.file_of(chosen), store.checkpoint())
    return chosen


def test_where_nothing_is_yet_nothing_is_made(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    found = checked(chosen)
    assert [check.ok for check in found.values()] == [True, True]
    assert any("none yet" in name for name in found)
    assert not chosen.data_dir.exists()


def test_a_whole_record_is_well(kept: Settings) -> None:
    found = checked(kept)
    assert set(found) == {"master key", "record in SQLite", "audit log"}
    assert all(check.ok for check in found.values())


def test_a_key_that_others_may_read(kept: Settings) -> None:
    (kept.data_dir / "master.key").chmod(0o644)
    found = checked(kept)
    assert "chmod 600" in found["master key"].advice
    assert not found["record in SQLite"].ok


def test_a_lost_key(kept: Settings) -> None:
    (kept.data_dir / "master.key").unlink()
    found = checked(kept)
    assert "key file is missing" in found["record in SQLite"].advice
    assert not (kept.data_dir / "master.key").exists()


def test_a_damaged_page(kept: Settings) -> None:
    path = kept.data_dir / DATABASE_FILE
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    assert not all(check.ok for check in checked(kept).values())


def test_an_audit_log_that_was_cut(kept: Settings) -> None:
    with closing(Store.open(kept)) as store, store._database.change() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_kept")
        connection.exec_driver_sql("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)")
    found = checked(kept)
    assert found["record in SQLite"].ok
    assert (found["audit log"].ok, "ends before" in found["audit log"].advice) == (False, True)


def test_a_postgresql_that_does_not_answer(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://sidenote:secret@127.0.0.1:{free_port()}/record?connect_timeout=1"
    found = checked(settings(tmp_path, database_url=url))
    assert not found["record in PostgreSQL"].ok
    assert "secret" not in found["record in PostgreSQL"].advice


def test_a_folder_that_is_made_is_its_owners_alone(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    assert doctor.data_folder(chosen).ok
    assert chosen.data_dir.stat().st_mode & 0o777 == 0o700


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
