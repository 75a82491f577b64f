"""``/api/schedule`` and ``/api/encounters``."""

import pytest

from app.errors import Unavailable

pytestmark = pytest.mark.unit


def test_from_schedule_to_ticket(house) -> None:
    caller = house.sign_in("clinician")
    (visit,) = caller.get("/api/schedule").json()
    assert (visit["ehr_encounter_id"], visit["patient"]["name"], visit["encounter_id"]) == (
        "ehr-1",
        "Juniper Example",
        None,
    )
    opened = caller.post("/api/encounters", json={"ehr_encounter_id": "ehr-1"})
    assert opened.status_code == 201
    encounter = opened.json()
    assert encounter["state"] == "open"
    assert encounter["chart"] == {"medications": ["lisinopril"], "allergies": ["penicillin"], "problems": []}
    assert (encounter["note"], encounter["turns"], encounter["submission"]) == (None, [], None)
    assert caller.get("/api/schedule").json()[0]["encounter_id"] == encounter["id"]
    assert house.sign_in("other").get("/api/schedule").json()[0]["encounter_id"] is None
    consented = caller.post(f"/api/encounters/{encounter['id']}/consent", json={"given": True, "method": "written"})
    assert consented.json()["consent"]["by"] == "Clinician"
    ticket = caller.post(f"/api/encounters/{encounter['id']}/ticket").json()
    redeemed = house.store.redeem_ticket(ticket["ticket"], "http://127.0.0.1:8000")
    assert redeemed.encounter == encounter["id"]
    assert ticket["expires_s"] == house.settings.ticket_s


def test_a_visit_is_opened_once_and_its_owner_learns_where(house) -> None:
    caller = house.sign_in("clinician")
    body = {"ehr_encounter_id": "ehr-1"}
    encounter = caller.post("/api/encounters", json=body).json()["id"]
    again = caller.post("/api/encounters", json=body)
    assert (again.status_code, again.json()["code"], again.json()["encounter_id"]) == (
        409,
        "conflict.opened",
        encounter,
    )
    foreign = house.sign_in("other").post("/api/encounters", json=body)
    assert foreign.status_code == 409
    assert "encounter_id" not in foreign.json()


def test_an_unknown_template_is_refused(house) -> None:
    body = {"ehr_encounter_id": "ehr-1", "template": "sonnet"}
    answer = house.sign_in("clinician").post("/api/encounters", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "input.template")


def test_an_ehr_that_is_down_is_named(house, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise Unavailable("The EHR cannot be reached.", code="unavailable.ehr")

    monkeypatch.setattr(house.parts.ehr, "schedule", down, raising=False)
    answer = house.sign_in("clinician").get("/api/schedule")
    assert (answer.status_code, answer.json()["code"], answer.json()["retryable"]) == (503, "unavailable.ehr", True)


def test_everything_about_a_drafted_encounter(house) -> None:
    encounter = house.encounter()
    shown = house.sign_in("clinician").get(f"/api/encounters/{encounter.id}").json()
    assert shown["samples"] == 32_000
    assert [turn["speaker"] for turn in shown["turns"]] == ["clinician", "patient"]
    assert shown["gaps"] == [{"start": 5, "end": 9, "reason": "asr.failed"}]
    assert shown["findings"][0]["concept"] == "dizziness"
    assert shown["note"]["version"] == 1
    assert shown["note"]["sentences"][0]["section"] == "subjective"
    assert shown["codes"][0]["decision"] == "suggested"


def test_looking_at_a_chart_is_audited(house) -> None:
    encounter = house.encounter()
    house.sign_in("coder").get(f"/api/encounters/{encounter.id}")
    entry = house.store.audit_entries(target=f"encounter:{encounter.id}")[-1]
    assert (entry.action, entry.actor) == ("encounter.read", house.people["coder"].id)


def test_a_refusal_to_be_recorded_is_remembered(house) -> None:
    caller = house.sign_in("clinician")
    encounter = house.encounter(state="open")
    answer = caller.post(f"/api/encounters/{encounter.id}/consent", json={"given": False})
    assert answer.json()["consent"]["given"] is False
    upload = caller.post(f"/api/encounters/{encounter.id}/upload", content=b"x", headers={"Content-Type": "audio/wav"})
    assert (upload.status_code, upload.json()["code"]) == (409, "conflict.consent")


def test_the_next_visit_shows_that_the_patient_declined_before(house) -> None:
    before, now = house.encounter(state="open", ehr_id="ehr-1"), house.encounter(state="open", ehr_id="ehr-2")
    caller = house.sign_in("clinician")
    caller.post(f"/api/encounters/{before.id}/consent", json={"given": False})
    shown = caller.get(f"/api/encounters/{now.id}").json()
    assert (shown["consent"], shown["earlier_refusal"]["given"]) == (None, False)
    answered = caller.post(f"/api/encounters/{now.id}/consent", json={"given": True}).json()
    assert answered["earlier_refusal"] is None
