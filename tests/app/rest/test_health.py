"""``/healthz`` and ``/readyz``."""

import pytest

from app.errors import Unavailable

pytestmark = pytest.mark.unit


def test_alive_and_ready(house) -> None:
    assert house.client.get("/healthz").json() == {"status": "ok"}
    assert house.client.get("/readyz").json() == {"status": "ok"}


def test_alive_but_not_ready_without_its_record(house, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise Unavailable("The database cannot be used right now.", code="unavailable.database")

    monkeypatch.setattr(type(house.store), "ping", fail)
    assert house.client.get("/healthz").status_code == 200
    answer = house.client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable.database")
