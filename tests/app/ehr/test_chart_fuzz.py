"""Whatever an EHR answers: a chart, or an error that says what is wrong; never one that nobody foresaw."""

import datetime as dt
import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fuzzing import attempt, examples, spoiled_json

from app.ehr.client import Access, Ehr
from app.ehr.profiles import US_CORE
from app.errors import SidenoteError
from visit.charts import Chart

pytestmark = pytest.mark.fault

BASE = "http://127.0.0.1:9/fhir"
NOON = dt.datetime(2026, 3, 2, 12).astimezone().isoformat()


def concept(text: str, code: str = "x") -> dict[str, Any]:
    return {"text": text, "coding": [{"code": code, "display": text}]}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    link = [{"relation": "self", "url": BASE}]
    return {"resourceType": "Bundle", "entry": [{"resource": resource} for resource in resources], "link": link}


NAME = [{"use": "official", "family": "Example", "given": ["Juniper"], "prefix": ["Dr."]}]
ENCOUNTER = {
    "resourceType": "Encounter",
    "id": "e1",
    "status": "in-progress",
    "subject": {"reference": "Patient/p1"},
    "participant": [
        {"type": [concept("attender", "ATND")], "individual": {"reference": "Practitioner/c1", "display": "Dr. Reed"}}
    ],
    "period": {"start": NOON},
    "reasonCode": [concept("cough")],
    "serviceProvider": {"reference": "Organization/o1"},
}
PATIENT = {
    "resourceType": "Patient",
    "id": "p1",
    "name": NAME,
    "birthDate": "1980-05-06",
    "gender": "female",
    "link": [],
}
STATUS = {"clinicalStatus": concept("active", "active"), "verificationStatus": concept("confirmed", "confirmed")}
REQUEST = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "status": "active",
    "intent": "order",
    "medicationReference": {"reference": "Medication/d1"},
    "dosageInstruction": [
        {"timing": {"code": concept("daily")}, "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}]}
    ],
}
ANSWERS: dict[str, Any] = {
    "Encounter/e1": ENCOUNTER,
    "Patient/p1": PATIENT,
    "Practitioner/c1": {"resourceType": "Practitioner", "id": "c1", "name": NAME},
    "Encounter": bundle(ENCOUNTER, PATIENT),
    "MedicationRequest": bundle(REQUEST, {"resourceType": "Medication", "id": "d1", "code": concept("lisinopril")}),
    "AllergyIntolerance": bundle(
        {
            "resourceType": "AllergyIntolerance",
            "id": "a1",
            **STATUS,
            "code": concept("penicillin"),
            "reaction": [{"manifestation": [concept("rash")]}],
        }
    ),
    "Condition": bundle(
        {
            "resourceType": "Condition",
            "id": "k1",
            **STATUS,
            "category": [concept("problem", "problem-list-item")],
            "code": concept("asthma"),
        }
    ),
    "metadata": {
        "resourceType": "CapabilityStatement",
        "rest": [{"resource": [{"type": "DocumentReference", "conditionalCreate": True}]}],
    },
    "DocumentReference/n1": {
        "resourceType": "DocumentReference",
        "id": "n1",
        "content": [{"attachment": {"contentType": "text/plain", "url": f"{BASE}/Binary/b1"}}],
    },
    "Binary/b1": {"resourceType": "Binary", "data": "eA=="},
}


@pytest.fixture(scope="module")
def ehr() -> Any:
    """An EHR whose server is a dictionary."""
    made = Ehr(Access(BASE), US_CORE)
    made.answers = dict(ANSWERS)  # type: ignore[attr-defined]

    def answer(request: httpx.Request) -> httpx.Response:
        path = urlsplit(str(request.url)).path.removeprefix("/fhir/")
        found = made.answers.get(path)  # type: ignore[attr-defined]
        return httpx.Response(404) if found is None else httpx.Response(200, content=found)

    made._transport._client.close()
    made._transport._client = httpx.Client(transport=httpx.MockTransport(answer))
    yield made
    made.close()


def serve(ehr: Any, **changes: Any) -> None:
    ehr._conditional = None
    ehr.answers = {path: json.dumps(body).encode() for path, body in {**ANSWERS, **changes}.items()}


def test_the_good_answers_make_the_whole_chart(ehr: Any) -> None:
    serve(ehr)
    chart = ehr.chart("e1")
    assert (chart.medications, chart.allergies, chart.problems) == (
        ("lisinopril, 5 mg daily",),
        ("penicillin (rash)",),
        ("asthma",),
    )
    assert [row.ehr_encounter_id for row in ehr.schedule(dt.date(2026, 3, 2))] == ["e1"]
    assert ehr.conditional_create()
    assert ehr.note_bytes(ehr.read("DocumentReference", "n1")) == b"x"


@examples(80)
@given(st.sampled_from(sorted(ANSWERS)).flatmap(lambda path: st.tuples(st.just(path), spoiled_json(ANSWERS[path]))))
def test_a_spoiled_answer_is_read_or_refused(ehr: Any, spoiled: tuple[str, Any]) -> None:
    serve(ehr, **dict([spoiled]))
    for ask in (
        lambda: ehr.chart("e1"),
        ehr.schedule,
        ehr.conditional_create,
        lambda: ehr.note_bytes(ehr.read("DocumentReference", "n1")),
    ):
        found, refused = attempt(ask, SidenoteError)
        code = refused.code if refused else "unavailable.ehr"
        assert code.startswith(("unavailable.ehr", "not_found.ehr", "conflict.patient")), code
        if isinstance(found, Chart):
            assert found.patient_id == "p1", "never another patient's"


@examples(20)
@given(st.binary(max_size=60) | st.sampled_from([b"[" * 100_000, b'{"a":' * 100_000, b"NaN", b'"\\ud800"']))
def test_what_is_no_json_is_refused(ehr: Any, body: bytes) -> None:
    serve(ehr)
    ehr.answers["Patient/p1"] = body
    with pytest.raises(SidenoteError):
        ehr.chart("e1")
