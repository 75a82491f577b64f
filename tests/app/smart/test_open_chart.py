"""No recording begins in a launch unless the EHR was asked lately whose visit it is."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import Conflict, Unavailable
from app.records import Encounter, User
from app.smart import open_chart
from app.smart.open_chart import before_recording, require_same
from app.wire.resources import EncounterState
from visit.charts import Chart
from visit.ids import EncounterId, PatientId, UserId

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


class FakeLog(list[str]):
    """Keeps the actions."""

    def audit(self, actor: UserId, action: str, target: str, **ids: object) -> None:
        assert (actor, target.partition(":")[0]) == ("u-1", "encounter")
        self.append(action)


@pytest.fixture
def log() -> FakeLog:
    return FakeLog()


@pytest.fixture
def launch() -> Any:
    user = User(UserId("u-1"), "ada", "Dr Ada", "clinician")
    return SimpleNamespace(user=user, patient="p-1", encounter=None, ehr=FakeEhr(), checked={})


def visit(state: EncounterState, ehr_id: str = "ehr-1") -> Encounter:
    opened = datetime(2026, 1, 2, 9, tzinfo=UTC)
    chart = Chart(PatientId("p-1"))
    return Encounter(EncounterId(f"e-{ehr_id}"), state, ehr_id, UserId("u-1"), chart, "soap", opened)


def test_the_ehr_is_asked_once_a_minute(log, launch, monkeypatch: pytest.MonkeyPatch) -> None:
    before_recording(log, launch, visit("open"))
    before_recording(log, launch, visit("open"))
    assert launch.ehr.asked == 1
    monkeypatch.setattr(open_chart, "FRESH_S", 0.0)
    before_recording(log, launch, visit("open"))
    assert launch.ehr.asked == 2
    assert log == ["launch.checked"] * 2


def test_another_patient_is_refused_and_the_next_try_asks_again(log, launch) -> None:
    launch.ehr.patient = "p-2"
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            before_recording(log, launch, visit("open"))
        assert refused.value.code == "conflict.patient"
    launch.ehr.patient = "p-1"
    before_recording(log, launch, visit("open"))
    assert log == ["launch.refused", "launch.refused", "launch.checked"]


def test_an_ehr_that_is_down_lets_no_recording_begin_and_every_one_go_on(log, launch) -> None:
    launch.ehr.down = True
    with pytest.raises(Unavailable):
        before_recording(log, launch, visit("open"))
    before_recording(log, launch, visit("recording", "ehr-10"))
    assert log == ["launch.unchecked"] * 2


def test_a_recording_that_goes_on_is_asked_about_once_in_each_launch(log, launch, monkeypatch) -> None:
    monkeypatch.setattr(open_chart, "FRESH_S", 0.0)
    for _ in range(3):
        before_recording(log, launch, visit("recording"))
    assert launch.ehr.asked == 1


@pytest.mark.parametrize("state", ["finishing", "drafted", "signed", "filed"])
def test_whoever_only_watches_is_not_kept(log, launch, state: EncounterState) -> None:
    launch.ehr.down = True
    before_recording(log, launch, visit(state))
    assert (launch.ehr.asked, log) == (0, [])


@pytest.mark.parametrize(
    ("open_here", "code"), [({"patient": "p-2"}, "conflict.patient"), ({"encounter": "ehr-2"}, "conflict.encounter")]
)
def test_what_is_not_the_open_chart_is_refused_without_asking(log, launch, open_here, code: str) -> None:
    vars(launch).update(open_here)
    with pytest.raises(Conflict) as refused:
        require_same(log, launch, visit("drafted"))
    assert (refused.value.code, log, launch.ehr.asked) == (code, ["launch.refused"], 0)
