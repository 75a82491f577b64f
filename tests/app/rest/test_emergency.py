"""Emergency access over the API."""

import pytest

pytestmark = pytest.mark.unit

REASON = "Quokka unconscious in the waiting room"


def take(caller, ehr_id: str = "ehr-9"):
    return caller.post("/api/emergency-access", json={"ehr_encounter_id": ehr_id, "reason": REASON})


def test_it_opens_a_foreign_encounter_for_reading(house, clock) -> None:
    encounter, other = house.encounter(), house.sign_in("other")
    assert other.get(f"/api/encounters/{encounter.id}").status_code == 404
    grant = take(other)
    assert (grant.status_code, grant.json()["encounter"]) == (201, encounter.id)
    shown = other.get(f"/api/encounters/{encounter.id}")
    assert (shown.status_code, shown.json()["reading_until"]) == (200, grant.json()["until"])
    assert house.sign_in("clinician").get(f"/api/encounters/{encounter.id}").json()["reading_until"] is None
    assert other.get(f"/api/encounters/{encounter.id}/audio").status_code == 200
    edits = {"version": 1, "edits": [{"op": "replace", "sentence": "s1", "text": "Changed."}]}
    assert other.post(f"/api/encounters/{encounter.id}/note/edits", json=edits).status_code == 404
    clock.advance(house.settings.break_glass_s)
    other = house.sign_in("other")
    assert other.get(f"/api/encounters/{encounter.id}").status_code == 404


def test_administrators_review_it(house) -> None:
    house.encounter()
    take(house.sign_in("other"))
    admin = house.sign_in("admin")
    (grant,) = admin.get("/api/emergency-access").json()
    assert (grant["user"], grant["reason"]) == (house.people["other"].id, REASON)
    actions = [entry.action for entry in house.store.audit_entries()]
    assert "access.broke_glass" in actions
    assert actions[-1] == "emergency.reviewed"


@pytest.mark.parametrize("reason", ["", "because", "x" * 1001])
def test_a_reason_must_be_one(house, reason: str) -> None:
    house.encounter()
    other = house.sign_in("other")
    body = {"ehr_encounter_id": "ehr-9", "reason": reason}
    assert other.post("/api/emergency-access", json=body).status_code == 422


def test_the_reason_is_in_no_log(house, caplog: pytest.LogCaptureFixture) -> None:
    house.encounter()
    take(house.sign_in("other"))
    assert "emergency access was taken" in caplog.text
    assert "Quokka" not in caplog.text
