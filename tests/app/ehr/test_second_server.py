"""The same against a FHIR server of another code base (Medplum's router), which promises no If-None-Exist."""

import base64
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from support import node_server
from support.ehr import CHART, NOTE, FaultyLine, signed_visit

from app.ehr.amending import addendum_text, replacement_text, retraction_text
from app.ehr.client import Access, Ehr
from app.ehr.connection import examine
from app.ehr.document import Letterhead
from app.ehr.filing import NOT_FOUND, Filing
from app.ehr.profiles import US_CORE
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id, resources
from app.store.amendments import NewAmendment
from visit.submissions import Submission, SubmissionState

pytestmark = pytest.mark.integration

FOLDER = Path(node_server.__file__).parent / "medplum"
HERE = encounter_id(SAMPLE_PATIENT)
PAPER = Letterhead(CHART, "Dr. Daniel Reed", date.today())


@pytest.fixture(scope="module")
def second() -> Iterator[str]:
    """Its FHIR base URL, with the invented people in it."""
    why = node_server.missing(FOLDER, "@medplum/fhir-router")
    if why:
        pytest.skip(why)
    with node_server.NodeServer(FOLDER, ["--experimental-websocket", "server.mjs"], {}) as port:
        url = f"http://127.0.0.1:{port}/fhir"
        with httpx.Client(trust_env=False, timeout=60) as client:
            for resource in resources():
                client.post(f"{url}/{resource['resourceType']}", json=resource).raise_for_status()
        yield url


def get(url: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(url, trust_env=False, timeout=60).json()
    return found


def test_todays_visits_and_the_chart_are_read(second: str) -> None:
    ehr = Ehr(Access(second), US_CORE)
    assert [row.patient.name for row in ehr.schedule()] == ["Maria Alvarez", "Thomas Okafor", "Grace Lindqvist"]
    chart = ehr.chart(HERE)
    assert chart.medications == ("lisinopril 10 mg, once daily", "metformin 500 mg, twice a day")
    assert chart.allergies == ("penicillin (rash)",)
    assert chart.problems == ("hypertension", "type 2 diabetes")
    found = examine(ehr)
    assert (found.ok, found.refuses_duplicates) == (True, False)


def test_a_note_and_its_amendments_are_filed(second: str, tmp_path: Path) -> None:
    visit = signed_visit(tmp_path, HERE)
    filing = Filing(Ehr(Access(second), US_CORE), visit.store)
    note = filing.submit(visit.user.id, visit.encounter)
    assert (note.state, note.problem) == (SubmissionState.FILED, None)
    assert filing.submit(visit.user.id, visit.encounter) == note

    def amend(kind: Any, text: str, **more: Any) -> Submission:
        new = NewAmendment(kind, text.encode(), "I approve.", **more)
        number = visit.store.amend(visit.user.id, visit.encounter, new).number
        made = filing.submit(visit.user.id, visit.encounter, number)
        assert (made.state, made.problem) == (SubmissionState.FILED, None)
        return made

    addendum = amend("addendum", addendum_text("Result: negative.", "soap", PAPER, date.today()))
    replacement = amend("replacement", replacement_text(NOTE, PAPER, (), date.today(), "dose"), note=NOTE)
    amend("retraction", retraction_text("Wrong visit.", "Progress note", PAPER, date.today()))
    held = {made.location: get(f"{second}/DocumentReference/{made.location}") for made in (note, addendum, replacement)}
    assert base64.b64decode(held[note.location]["content"][0]["attachment"]["data"]) == visit.text
    assert [document["status"] for document in held.values()] == ["current", "current", "entered-in-error"]
    assert get(f"{second}/Provenance?target=DocumentReference/{note.location}")["total"] == 1
    visit.store.close()


@pytest.mark.fault
def test_a_lost_answer_is_found_and_what_never_arrived_waits_for_a_person(second: str, tmp_path: Path) -> None:
    for fault, state in (("drop_answer", SubmissionState.FILED), ("drop_request", SubmissionState.UNKNOWN)):
        visit = signed_visit(tmp_path / fault, HERE)
        with FaultyLine(urlsplit(second).port or 0, fault) as proxy:
            filing = Filing(Ehr(Access(proxy.url), US_CORE), visit.store)
            for _ in range(2):
                made = filing.submit(visit.user.id, visit.encounter)
                assert made.state is state
            assert proxy.posts.count("/fhir/DocumentReference") == 1
        if state is SubmissionState.UNKNOWN:
            assert made.problem == NOT_FOUND
        visit.store.close()
