"""What would be deleted and what is held, over REST."""

import pytest

from app.settings import Settings
from app.store.part import SYSTEM
from visit.ids import EncounterId

pytestmark = pytest.mark.integration

WHERE = "/api/administration/retention"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Whole encounters are due at once."""
    return settings.model_copy(update={"retention_encounter_days": 0})


def test_rules_and_what_they_would_delete(house) -> None:
    encounter = house.encounter().id
    answer = house.sign_in("admin").get(WHERE).json()
    assert answer["due"] == [{"encounter": encounter, "kind": "encounter"}]
    assert (answer["audio_days"], answer["encounter_days"], answer["holds"]) == (None, 0, [])
    assert house.store.encounter(EncounterId(encounter)).id == encounter, "looking deletes nothing"


def test_a_hold_keeps_an_encounter_until_it_is_released(house) -> None:
    encounter = house.encounter().id
    admin = house.sign_in("admin")
    held = admin.put(f"{WHERE}/holds/{encounter}", json={"reason": "asked for by a court"}).json()
    assert (held["due"], held["holds"][0]["reason"]) == ([], "asked for by a court")
    assert house.store.holds()[0].by != SYSTEM
    assert admin.delete(f"{WHERE}/holds/{encounter}").json()["holds"] == []
    assert admin.delete(f"{WHERE}/holds/{encounter}").json()["code"] == "not_found.hold"
    assert admin.put(f"{WHERE}/holds/none", json={"reason": "unknown"}).status_code == 404
