"""``sidenote ehr``: the connection tested and the key made, through the console."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.ehr import app
from app.ehr.sandbox import Sandbox
from app.settings import settings

pytestmark = pytest.mark.integration


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    settings.cache_clear()
    yield lambda *arguments: CliRunner().invoke(app, list(arguments))
    settings.cache_clear()


def test_a_working_connection_is_said_to_be(run, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDENOTE_EHR_URL", sandbox.url)
    done = run("test")
    answer = json.loads(done.output)
    assert (done.exit_code, answer["ok"], answer["reachable"], answer["problems"]) == (0, True, True, [])
    assert (answer["fhir_version"], answer["granted"], answer["missing"]) == ("4.0.1", None, [])


def test_one_that_does_not_work_says_why(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDENOTE_EHR_URL", "http://127.0.0.1:9/fhir")
    done = run("test")
    answer = json.loads(done.output)
    assert (done.exit_code, answer["ok"]) == (1, False)
    assert answer["problems"] == ["The EHR cannot be reached."]


def test_a_key_is_made_and_only_its_public_half_is_shown(run, tmp_path: Path) -> None:
    done = run("key", str(tmp_path / "client.pem"))
    (shown,) = json.loads(done.output)["keys"]
    assert (done.exit_code, "d" in shown) == (0, False)
    assert (tmp_path / "client.pem").read_text().startswith("-----BEGIN PRIVATE KEY")
