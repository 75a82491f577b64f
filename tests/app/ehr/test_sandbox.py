"""The invented EHR starts, stops, keeps what was filed, and never outlives its starter."""

import socket
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import httpx
import pytest

from app.ehr import sandbox as module
from app.ehr.client import Access, Ehr
from app.ehr.profiles import US_CORE
from app.ehr.sandbox import Sandbox, free_port
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id, resources
from app.errors import Unavailable

pytestmark = pytest.mark.integration


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/metadata", timeout=1, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def test_it_keeps_what_it_holds_between_runs_and_stops(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        resource = {"resourceType": "Basic", "id": "kept", "code": {"text": "kept"}}
        assert httpx.put(f"{sandbox.url}/Basic/kept", json=resource, trust_env=False, timeout=60).status_code == 201
    assert not answers(sandbox.url)
    with Sandbox(tmp_path) as again:
        assert httpx.get(f"{again.url}/Basic/kept", trust_env=False, timeout=60).status_code == 200
        ehr = Ehr(Access(again.url), US_CORE)
        assert ehr.chart(encounter_id(SAMPLE_PATIENT)).patient_name == "Maria Alvarez"
        ehr.close()
    again.stop()


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom app.ehr.sandbox import Sandbox\n"
        "print(Sandbox(Path(sys.argv[1])).start().url, flush=True)\nos._exit(9)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=120)
    url = run.stdout.strip()
    assert run.returncode == 9
    deadline = time.monotonic() + 60
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not answers(url)


@pytest.mark.fault
def test_a_server_that_does_not_start_is_said_to_be_unavailable(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(Unavailable) as caught:
        Sandbox(tmp_path).start()
    assert caught.value.code == "unavailable.sandbox"


def test_a_port_that_is_taken_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free, used = free_port(), taken.getsockname()[1]
        assert free < 32_768, "not one that somebody else may be given meanwhile"
        monkeypatch.setattr(module, "_PORTS", (used, free))
        assert {free_port() for _ in range(8)} == {free}
        monkeypatch.setattr(module, "_PORTS", (used,))
        with pytest.raises(Unavailable):
            free_port()


def test_ids_say_nothing_about_people() -> None:
    people = {"maria", "alvarez", "thomas", "okafor", "grace", "lindqvist", "daniel", "reed"}
    for resource in resources(date(2026, 3, 2)):
        assert not any(name in resource["id"] for name in people)
