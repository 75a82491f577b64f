"""Reading the chart from a real FHIR server, and what happens when there is none."""

import logging
import socket
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from support.ehr import good_document, read_message

from app.ehr.answers import Meaning
from app.ehr.client import Access, Ehr
from app.ehr.profiles import US_CORE
from app.ehr.sandbox import Sandbox
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.ehr.transport import Reply
from app.errors import Conflict, NotFound, Unavailable
from app.settings import Settings

pytestmark = pytest.mark.integration


@pytest.fixture
def ehr(sandbox: Sandbox) -> Ehr:
    return Ehr(Access(sandbox.url, timeout_s=60), US_CORE)


def test_todays_visits_come_in_order_with_their_patients(ehr: Ehr) -> None:
    rows = ehr.schedule()
    assert [row.patient.name for row in rows] == ["Maria Alvarez", "Thomas Okafor", "Grace Lindqvist"]
    assert rows[0].ehr_encounter_id == encounter_id(SAMPLE_PATIENT)
    assert rows[0].reason == "cough and blood pressure follow-up"
    assert rows[0].patient.birth_date == date(1968, 3, 14)


def test_the_day_may_change_meanwhile_and_a_later_one_is_empty(ehr: Ehr) -> None:
    today = date.today()
    tomorrow = ehr.schedule(today + timedelta(days=1))
    assert [row.patient.name for row in tomorrow] == ["Maria Alvarez", "Thomas Okafor", "Grace Lindqvist"]
    assert ehr.schedule(today + timedelta(days=3)) == []


def test_the_chart_holds_what_biases_hearing_and_drafting(ehr: Ehr) -> None:
    chart = ehr.chart(encounter_id(SAMPLE_PATIENT))
    assert (chart.patient_id, chart.patient_name, chart.sex) == (SAMPLE_PATIENT, "Maria Alvarez", "female")
    assert chart.clinician_name == "Dr. Daniel Reed"
    assert chart.medications == ("lisinopril 10 mg, once daily", "metformin 500 mg, twice a day")
    assert chart.allergies == ("penicillin (rash)",)
    assert chart.problems == ("hypertension", "type 2 diabetes")


@pytest.mark.parametrize("status", [403, 404])
def test_a_part_of_the_chart_that_may_not_be_read_is_empty(
    ehr: Ehr, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    request = ehr._transport.request

    def without_allergies(method: str, path: str, **more: Any) -> Reply:
        return Reply(status, {}, b"") if path == "AllergyIntolerance" else request(method, path, **more)

    monkeypatch.setattr(ehr._transport, "request", without_allergies)
    chart = ehr.chart(encounter_id(SAMPLE_PATIENT))
    assert chart.allergies == ()
    assert chart.problems == ("hypertension", "type 2 diabetes")


def test_a_patient_who_may_not_be_read_is_left_out_of_the_schedule(ehr: Ehr, monkeypatch: pytest.MonkeyPatch) -> None:
    request = ehr._transport.request

    def without_one(method: str, path: str, **more: Any) -> Reply:
        if any(name == "_include" for name, _ in more.get("params") or ()):
            return Reply(400, {}, b"")
        return Reply(403, {}, b"") if path == "Patient/patient-2" else request(method, path, **more)

    monkeypatch.setattr(ehr._transport, "request", without_one)
    assert [row.patient.name for row in ehr.schedule()] == ["Maria Alvarez", "Grace Lindqvist"]


def test_patients_who_are_sent_along_are_not_asked_for(ehr: Ehr, monkeypatch: pytest.MonkeyPatch) -> None:
    request, asked = ehr._transport.request, []

    def counted(method: str, path: str, **more: Any) -> Reply:
        asked.append(path)
        return request(method, path, **more)

    monkeypatch.setattr(ehr._transport, "request", counted)
    assert len(ehr.schedule()) == 3
    assert asked == ["Encounter"]
    assert [row.patient.id for row in ehr.schedule(patient="patient-2")] == ["patient-2"]


def bundle(*resources: dict[str, Any], following: str = "") -> Reply:
    links = [{"relation": "next", "url": following}] if following else []
    body = {"resourceType": "Bundle", "link": links, "entry": [{"resource": resource} for resource in resources]}
    return Reply(200, {}, b"", body)


def request_of(number: int, **more: Any) -> dict[str, Any]:
    return {"resourceType": "MedicationRequest", "id": str(number), "status": "active", **more}


def medication(name: str, text: str) -> dict[str, Any]:
    return {"resourceType": "Medication", "id": name, "code": {"text": text}}


def test_medications_that_are_referred_to_are_named_over_all_pages(ehr: Ehr, monkeypatch: pytest.MonkeyPatch) -> None:
    request, asked = ehr._transport.request, []
    inside = {"contained": [medication("m", "digoxin")], "medicationReference": {"reference": "#m"}}
    answers = {
        "MedicationRequest": bundle(
            request_of(1, medicationReference={"reference": "Medication/1"}),
            medication("1", "apixaban 5 mg"),
            request_of(2, **inside),
            following=f"{ehr.url}/page-2",
        ),
        f"{ehr.url}/page-2": bundle(
            request_of(3, medicationReference={"reference": f"{ehr.url}/Medication/3"}),
            request_of(4, medicationReference={"reference": "Medication/4"}),
            request_of(5, intent="proposal", medicationCodeableConcept={"text": "aspirin"}),
        ),
        "Medication/3": Reply(200, {}, b"", medication("3", "bisoprolol 2.5 mg")),
        "Medication/4": Reply(403, {}, b""),
    }

    def answered(method: str, path: str, **more: Any) -> Reply:
        asked.append(path)
        return answers.get(path) or request(method, path, **more)

    monkeypatch.setattr(ehr._transport, "request", answered)
    assert ehr.chart(encounter_id(SAMPLE_PATIENT)).medications == ("apixaban 5 mg", "digoxin", "bisoprolol 2.5 mg")
    assert "Medication/1" not in asked


def test_a_record_that_was_merged_into_another_is_not_opened(ehr: Ehr, monkeypatch: pytest.MonkeyPatch) -> None:
    request = ehr._transport.request
    link = [{"type": "replaced-by", "other": {"reference": "Patient/patient-2"}}]

    def merged(method: str, path: str, **more: Any) -> Reply:
        answer = request(method, path, **more)
        return Reply(200, {}, b"", {**(answer.body or {}), "link": link}) if path.startswith("Patient/") else answer

    monkeypatch.setattr(ehr._transport, "request", merged)
    with pytest.raises(Conflict) as refused:
        ehr.chart(encounter_id(SAMPLE_PATIENT))
    assert refused.value.code == "conflict.patient"


def test_an_unknown_encounter_is_not_found(ehr: Ehr) -> None:
    with pytest.raises(NotFound):
        ehr.chart("no-such-visit")


@pytest.mark.parametrize("name", ["../Patient/patient-1", "a/../b", "x?y=1", "%2e%2e"])
def test_an_id_cannot_reach_another_resource(ehr: Ehr, name: str) -> None:
    with pytest.raises((NotFound, Unavailable)):
        ehr.encounter(name)


def test_settings_name_the_ehr() -> None:
    ehr = Ehr.from_settings(Settings(ehr_url="http://127.0.0.1:9/fhir", ehr_profile="epic", ehr_organization="9"))
    assert ehr.doc_status == "preliminary"
    assert ehr.destination == "Epic FHIR server at 127.0.0.1:9"


@pytest.mark.fault
def test_an_ehr_that_is_down_says_so_and_nothing_was_sent() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and nobody listens there
        ehr = Ehr(Access(f"http://127.0.0.1:{nobody.getsockname()[1]}/fhir", timeout_s=60), US_CORE)
        with pytest.raises(Unavailable, match="cannot be reached"):
            ehr.schedule()
        assert ehr.create(good_document()).meaning is Meaning.NOT_SENT


@pytest.mark.fault
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{",
        b"\x00\x01\x02\x03",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.test/\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_an_ehr_that_answers_nonsense_is_unavailable_and_a_note_unknown(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)

        def serve() -> None:
            for _ in range(2):
                peer, _ = server.accept()
                with peer:
                    read_message(peer)
                    peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        ehr = Ehr(Access(f"http://127.0.0.1:{server.getsockname()[1]}/fhir", timeout_s=60), US_CORE)
        with pytest.raises(Unavailable):
            ehr.schedule()
        assert ehr.create({"resourceType": "DocumentReference"}).meaning is Meaning.UNKNOWN
        thread.join(60)


@pytest.mark.fault
def test_an_ehr_that_never_answers_is_given_up_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        ehr = Ehr(Access(f"http://127.0.0.1:{server.getsockname()[1]}/fhir", timeout_s=0.3), US_CORE)
        with pytest.raises(Unavailable, match="does not answer"):
            ehr.schedule()
        assert ehr.create(good_document()).meaning is Meaning.UNKNOWN


def test_the_token_is_refreshed_once_and_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)

        def serve() -> None:
            for answer in (b"401 No\r\n", b"201 Yes\r\nLocation: DocumentReference/5\r\n"):
                peer, _ = server.accept()
                with peer:
                    seen.append(read_message(peer))
                    peer.sendall(b"HTTP/1.1 " + answer + b"Content-Length: 0\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/fhir"
        ehr = Ehr(Access(url, token="old-secret", timeout_s=60, refresh=lambda: "new-secret"), US_CORE)
        answer = ehr.create({"resourceType": "DocumentReference"})
        thread.join(60)
    assert (answer.meaning, answer.id) == (Meaning.CREATED, "5")
    assert b"Bearer old-secret" in seen[0]
    assert b"Bearer new-secret" in seen[1]
    assert "secret" not in caplog.text
