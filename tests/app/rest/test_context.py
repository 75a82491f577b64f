"""No recording begins in a launch unless the EHR was asked lately whose visit it is."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import Conflict, Unavailable
from app.rest import context
from app.rest.context import before_recording

pytestmark = pytest.mark.unit


class FakeEhr:
    """Says whose visit it is, counts how often it was asked, and can be down."""

    def __init__(self) -> None:
        self.patient, self.asked, self.down = "p-1", 0, False

    def encounter(self, ehr_encounter_id: str) -> Any:
        self.asked += 1
        if self.down:
            raise Unavailable("The EHR does not answer.", code="unavailable.ehr")
        return SimpleNamespace(patient=f"Patient/{self.patient}")


@pytest.fixture
def launch(house) -> Any:
    user = house.people["clinician"]
    return SimpleNamespace(user=user, patient="p-1", encounter=None, ehr=FakeEhr(), checked={})


def entries(house) -> list[str]:
    return [entry.action for entry in house.store.audit_entries() if entry.action.startswith("launch.")]


def test_the_ehr_is_asked_once_a_minute(house, launch, monkeypatch: pytest.MonkeyPatch) -> None:
    encounter = house.encounter(state="open")
    before_recording(house, launch, encounter)
    before_recording(house, launch, encounter)
    assert launch.ehr.asked == 1
    monkeypatch.setattr(context, "FRESH_S", 0.0)
    before_recording(house, launch, encounter)
    assert launch.ehr.asked == 2
    assert entries(house) == ["launch.checked"] * 2


def test_another_patient_is_refused_and_the_next_try_asks_again(house, launch) -> None:
    encounter = house.encounter(state="open")
    launch.ehr.patient = "p-2"
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            before_recording(house, launch, encounter)
        assert refused.value.code == "conflict.patient"
    launch.ehr.patient = "p-1"
    before_recording(house, launch, encounter)
    assert entries(house) == ["launch.refused", "launch.refused", "launch.checked"]


def test_an_ehr_that_is_down_lets_no_recording_begin_and_every_one_go_on(house, launch) -> None:
    launch.ehr.down = True
    with pytest.raises(Unavailable):
        before_recording(house, launch, house.encounter(state="open"))
    before_recording(house, launch, house.encounter(state="recording", ehr_id="ehr-10"))
    assert entries(house) == ["launch.unchecked"] * 2


def test_a_recording_that_goes_on_is_asked_about_once_in_each_launch(house, launch, monkeypatch) -> None:
    monkeypatch.setattr(context, "FRESH_S", 0.0)
    encounter = house.encounter(state="recording")
    for _ in range(3):
        before_recording(house, launch, encounter)
    assert launch.ehr.asked == 1


@pytest.mark.parametrize("state", ["finishing", "drafted", "signed", "filed"])
def test_whoever_only_watches_is_not_kept(house, launch, state: str) -> None:
    launch.ehr.down = True
    before_recording(house, launch, house.encounter(state=state))
    before_recording(house, None, house.encounter(state="open", ehr_id="ehr-10"))
    assert launch.ehr.asked == 0
