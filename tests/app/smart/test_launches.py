"""Sidenote opened from a chart of a real FHIR server through a real OAuth server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from support.redirects import follow

from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.errors import Conflict, NotAllowed
from app.smart.launches import Launches
from visit.ids import UserId

from .conftest import PUBLIC, Panel, Practice

pytestmark = pytest.mark.integration

HERE = encounter_id(SAMPLE_PATIENT)


def visit_of(practice: Practice, panel: Panel) -> str:
    """The path of a drafted encounter of the panel's chart."""
    opened = panel.call("POST", "/api/encounters", {"ehr_encounter_id": HERE})
    assert opened.status_code == 201, opened.text
    practice.draft(opened.json()["id"])
    return f"/api/encounters/{opened.json()['id']}"


def sign(panel: Panel, path: str) -> Any:
    shown = panel.call("GET", f"{path}/preview").json()
    body = {"version": shown["version"], "sha256": shown["sha256"], "attestation": "I reviewed this."}
    return panel.call("POST", f"{path}/sign", body)


def test_from_the_chart_to_the_filed_note(practice: Practice) -> None:
    panel = practice.open()
    shown = panel.call("GET", f"/api/launches/{panel.launch}").json()
    assert (shown["patient"], shown["ehr_encounter_id"], shown["encounter_id"]) == (SAMPLE_PATIENT, HERE, None)
    assert (shown["need_patient_banner"], shown["missing_scopes"]) == (True, [])
    (scheduled,) = panel.call("GET", "/api/schedule").json()
    assert scheduled["ehr_encounter_id"] == HERE
    path = visit_of(practice, panel)
    assert panel.call("GET", path).json()["chart"]["allergies"] == ["penicillin (rash)"]
    assert sign(panel, path).status_code == 200
    for moment in ("start", "stop"):
        check = {"encounter_id": path.rpartition("/")[2], "moment": moment}
        assert panel.call("POST", f"/api/launches/{panel.launch}/check", check).status_code == 204
    filed = panel.call("POST", f"{path}/submit").json()
    assert (filed["state"], filed["problem"]) == ("filed", None)
    held = httpx.get(
        f"{practice.hospital.sandbox.url}/DocumentReference/{filed['location']}", trust_env=False, timeout=60
    ).json()
    assert held["author"][0]["reference"] == "Practitioner/clinician-1"
    again = practice.open()
    assert again.call("GET", f"/api/launches/{again.launch}").json()["encounter_id"] == path.rpartition("/")[2]


def test_the_same_clinicians_second_chart_cannot_touch_the_first_patient(practice: Practice) -> None:
    browser = practice.browser()
    first = practice.open(browser)
    path = visit_of(practice, first)
    second = practice.open(browser, patient="patient-2", encounter=encounter_id("patient-2"))
    assert second.csrf == first.csrf, "the first chart stays signed in"
    encounter = path.rpartition("/")[2]
    check = {"encounter_id": encounter, "moment": "stop"}
    for method, where, body in (
        ("GET", path, None),
        ("POST", f"{path}/ticket", None),
        ("POST", f"{path}/consent", {"given": True}),
        ("POST", f"{path}/submit", None),
        ("POST", f"/api/launches/{second.launch}/check", check),
    ):
        refused = second.call(method, where, body)
        assert (refused.status_code, refused.json().get("code")) == (409, "conflict.patient"), where
    opened = second.call("POST", "/api/encounters", {"ehr_encounter_id": encounter_id("patient-3")})
    assert opened.json()["code"] == "conflict.encounter"
    assert first.call("POST", f"{path}/ticket").status_code == 201
    audited = practice.store.audit_entries(target=f"encounter:{encounter}")
    assert [entry.ids["why"] for entry in audited if entry.action == "launch.refused"] == ["conflict.patient"] * 5


@contextmanager
def moved(practice: Practice, patient: str) -> Iterator[None]:
    """The visit belongs to another patient in the EHR."""
    url = f"{practice.hospital.sandbox.url}/Encounter/{HERE}"
    good = httpx.get(url, trust_env=False, timeout=60).json()
    try:
        httpx.put(
            url, json={**good, "subject": {"reference": f"Patient/{patient}"}}, trust_env=False, timeout=60
        ).raise_for_status()
        yield
    finally:
        httpx.put(url, json=good, trust_env=False, timeout=60).raise_for_status()


def test_the_ehrs_own_encounter_is_asked_again(practice: Practice) -> None:
    panel = practice.open()
    path = visit_of(practice, panel)
    with moved(practice, "patient-2"):
        check = {"encounter_id": path.rpartition("/")[2], "moment": "stop"}
        refused = panel.call("POST", f"/api/launches/{panel.launch}/check", check)
        assert refused.json()["code"] == "conflict.patient"
        sign(panel, path)
        assert panel.call("POST", f"{path}/submit").json()["code"] == "conflict.patient"


def test_no_recording_begins_for_another_patient_whatever_the_page_asks(practice: Practice) -> None:
    panel = practice.open()
    path = f"/api/encounters/{panel.call('POST', '/api/encounters', {'ehr_encounter_id': HERE}).json()['id']}"
    assert panel.call("POST", f"{path}/consent", {"given": True}).status_code == 200
    with moved(practice, "patient-2"):
        for way in ("ticket", "upload", "transcript"):
            refused = panel.call("POST", f"{path}/{way}")
            assert (refused.status_code, refused.json()["code"]) == (409, "conflict.patient"), way
    assert panel.call("POST", f"{path}/ticket").status_code == 201


def test_a_change_must_say_which_chart_it_belongs_to(practice: Practice) -> None:
    panel = practice.open()
    path = visit_of(practice, panel)
    unnamed = panel.call("POST", f"{path}/submit", **{"X-Launch": ""})
    assert (unnamed.status_code, unnamed.json()["code"]) == (403, "auth.launch")
    assert panel.call("DELETE", f"/api/launches/{panel.launch}").status_code == 204
    over = panel.call("POST", f"{path}/submit")
    assert (over.status_code, over.json()["code"]) == (403, "auth.launch")


def test_a_missing_scope_is_named_before_and_when_it_matters(practice: Practice) -> None:
    denied = practice.settings.smart_scopes.split()[-2]
    assert denied == "user/DocumentReference.crus"
    panel = practice.open(deny=denied)
    missing = panel.call("GET", f"/api/launches/{panel.launch}").json()["missing_scopes"]
    assert "user/DocumentReference.c" in missing
    connection = panel.call("GET", "/api/ehr").json()
    assert connection["reachable"]
    assert {"scope": "user/DocumentReference.c", "purpose": "file the note", "optional": False} in connection["missing"]
    path = visit_of(practice, panel)
    sign(panel, path)
    waiting = panel.call("POST", f"{path}/submit").json()
    assert waiting["state"] == "pending"
    assert "lacks the scope user/DocumentReference.c" in waiting["problem"]


def test_a_refreshed_token_for_another_patient_ends_the_launch(practice: Practice) -> None:
    launches = practice.client.app.state.service.launches  # type: ignore[attr-defined]
    steady, moved = practice.open(), practice.open(later="patient-2")
    tokens = launches.find(steady.launch, practice.user.id).tokens
    before = tokens.current()
    assert tokens.renew() != before
    assert steady.call("GET", "/api/schedule").status_code == 200
    with pytest.raises(Conflict) as refused:
        launches.find(moved.launch, practice.user.id).tokens.renew()
    assert refused.value.code == "conflict.patient"
    with pytest.raises(NotAllowed):
        launches.find(moved.launch, practice.user.id).tokens.current()


def test_an_expired_token_is_refreshed_before_it_is_used(practice: Practice) -> None:
    launches = practice.client.app.state.service.launches  # type: ignore[attr-defined]
    panel = practice.open()
    tokens = launches.find(panel.launch, practice.user.id).tokens
    before = tokens.current()
    tokens._ends = 0.0
    assert tokens.current() != before


def test_another_browser_cannot_finish_a_launch_and_no_state_is_good_twice(practice: Practice) -> None:
    victim, other = practice.browser(), practice.browser()
    begun = victim.app.get("/smart/launch", params={"iss": practice.hospital.smart.url})
    state = httpx.URL(begun.headers["location"]).params["state"]
    stolen = other.app.get("/smart/callback", params={"state": state, "code": "x"})
    assert (stolen.status_code, "not begun here" in stolen.text) == (403, True)
    late = victim.app.get("/smart/callback", params={"state": state, "code": "x"})
    assert late.status_code == 403
    panel = practice.open(other)
    again = other.app.get(next(url for url in other.visited if "/smart/callback" in url))
    assert (again.status_code, "not begun here" in again.text) == (403, True)
    assert panel.call("GET", f"/api/launches/{panel.launch}").status_code == 200


def test_a_restart_breaks_no_launch(practice: Practice) -> None:
    panel, moved = practice.open(), practice.open(later="patient-2")
    path = visit_of(practice, panel)
    here = practice.client.app.state.service  # type: ignore[attr-defined]
    before = here.launches.find(panel.launch, practice.user.id).tokens.renew()
    restarted = Launches(here.settings, here.store)
    practice.client.app.state.service = replace(here, launches=restarted)  # type: ignore[attr-defined]
    shown = panel.call("GET", f"/api/launches/{panel.launch}").json()
    assert (shown["patient"], shown["ehr_encounter_id"], shown["missing_scopes"]) == (SAMPLE_PATIENT, HERE, [])
    assert restarted.find(panel.launch, practice.user.id).tokens.current() == before
    assert panel.call("GET", "/api/schedule").status_code == 200
    assert sign(panel, path).status_code == 200
    assert panel.call("POST", f"{path}/submit").json()["state"] == "filed"
    unnamed = panel.call("POST", f"{path}/submit", **{"X-Launch": ""})
    assert unnamed.json()["code"] == "auth.launch", "the session still came from a chart"
    with pytest.raises(Conflict, match="another patient"):
        restarted.find(moved.launch, practice.user.id).tokens.renew()
    for launch, user in ((moved.launch, practice.user.id), (panel.launch, UserId("somebody else"))):
        with pytest.raises(NotAllowed):
            restarted.find(launch, user)


def test_two_launches_may_be_on_their_way_side_by_side(practice: Practice) -> None:
    browser, smart = practice.browser(), practice.hospital.smart
    away = [browser.app.get("/smart/launch", params={"iss": smart.url}).headers["location"] for _ in range(2)]
    for url in away:
        assert follow(browser, url).status_code == 200  # type: ignore[arg-type]


def test_a_standalone_launch_asks_the_ehr_for_the_patient(practice: Practice) -> None:
    browser = practice.browser()
    answer = follow(browser, f"{PUBLIC}/smart/launch")  # type: ignore[arg-type]
    assert answer.status_code == 200
    assert "launch" in answer.url.params


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/smart/launch?iss=https://evil.example/fhir&launch=1", 403, "may not launch"),
        ("/smart/callback?error=access_denied", 403, "did not allow"),
        ("/smart/callback?state=x&code=y", 403, "not begun here"),
    ],
)
def test_what_is_no_launch_of_ours_is_a_page_that_says_so(
    practice: Practice, path: str, status: int, says: str
) -> None:
    answer = practice.browser().app.get(path)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert answer.headers["content-type"].startswith("text/html")


def test_a_practitioner_without_an_account_is_nobody_here(practice: Practice) -> None:
    browser = practice.browser()
    answer = practice.arrive(browser, user="clinician-9")
    assert (answer.status_code, "No Sidenote account" in answer.text) == (403, True)
    assert browser.app.get("/api/session").status_code == 401


def test_the_published_key_is_public(practice: Practice) -> None:
    (key,) = practice.browser().app.get("/.well-known/jwks.json").json()["keys"]
    assert key["alg"] == "ES384"
    assert "d" not in key
