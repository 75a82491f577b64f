"""``/healthz``, ``/readyz`` and ``/metrics``."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from app.errors import Unavailable
from app.rest import health

pytestmark = pytest.mark.unit


def test_alive_and_ready(house) -> None:
    assert house.client.get("/healthz").json() == {"status": "ok"}
    assert house.client.get("/readyz").json() == {"status": "ok", "record": "ok", "disk": "ok"}


def test_alive_but_not_ready_without_its_record(house, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise Unavailable("The database cannot be used right now.", code="unavailable.database")

    monkeypatch.setattr(type(house.store), "ping", fail)
    assert house.client.get("/healthz").status_code == 200
    answer = house.client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable.database")


def test_not_ready_without_room_for_sound(house, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=health.LEAST_FREE - 1))
    answer = house.client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable.disk")


@pytest.fixture
def numbers(house, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(health, "LOCAL", {"testclient"})
    return lambda: house.client.get("/metrics")


def test_numbers_are_for_this_machine(house) -> None:
    assert house.client.get("/metrics").status_code == 403


def test_numbers_are_for_whoever_has_the_token(house, monkeypatch: pytest.MonkeyPatch) -> None:
    service = house.client.app.state.service
    chosen = service.settings.model_copy(update={"metrics_token": SecretStr("let me count")})
    monkeypatch.setattr(house.client.app.state, "service", replace(service, settings=chosen))
    monkeypatch.setattr(health, "LOCAL", {"testclient"})
    for given, status in (({}, 403), ({"Authorization": "Bearer x"}, 403)):
        assert house.client.get("/metrics", headers=given).status_code == status
    assert house.client.get("/metrics", headers={"Authorization": "Bearer let me count"}).status_code == 200


def test_numbers_are_what_prometheus_reads(house, numbers) -> None:
    house.encounter()
    text = numbers().text
    sample = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in text.splitlines())
    assert 'sidenote_encounters{state="drafted"} 1\n' in text
    assert "sidenote_connections 0\n" in text
    assert 'sidenote_audio_commit_seconds_bucket{le="+Inf"}' in text
    names = re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
    assert len(names) == len(set(names))


def test_numbers_count_errors_by_code(house, numbers) -> None:
    def refused() -> int:
        found = re.search(r'sidenote_errors_total\{code="auth.required"\} (\d+)', numbers().text)
        return int(found[1]) if found else 0

    before = refused()
    house.client.get("/api/encounters")
    assert refused() == before + 1


def test_no_number_names_a_person_an_encounter_or_a_code(house, numbers) -> None:
    encounter = house.encounter()
    caller = house.sign_in("clinician")
    caller.get(f"/api/encounters/{encounter.id}")
    caller.get("/api/encounters/Quokka")
    caller.request("QUOKKA", "/api/encounters")
    text = numbers().text.casefold()
    for word in ("quokka", "juniper", "lisinopril", "dizz", "r42", encounter.id, house.people["clinician"].id, "dr "):
        assert word not in text
