"""Whose visit it is, asked again."""

from dataclasses import replace

import pytest

from app.errors import Unavailable

pytestmark = pytest.mark.integration


def outcome(house) -> str:
    encounter = house.encounter(state="open")
    answer = house.sign_in("clinician").post(f"/api/encounters/{encounter.id}/patient-check")
    assert answer.status_code == 200
    return str(answer.json()["outcome"])


def test_the_same_patient(house) -> None:
    assert outcome(house) == "same"


def test_another_patient(house, monkeypatch: pytest.MonkeyPatch) -> None:
    chart = house.parts.ehr.chart
    monkeypatch.setattr(house.parts.ehr, "chart", lambda visit: replace(chart(visit), patient_id="someone-else"))
    assert outcome(house) == "different"


def test_an_ehr_that_is_down_is_an_answer(house, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(_visit: str) -> None:
        raise Unavailable("The EHR is down.")

    monkeypatch.setattr(house.parts.ehr, "chart", down)
    assert outcome(house) == "unreachable"
