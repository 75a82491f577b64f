"""A document Bundle that stands on its own."""

import base64
from datetime import timedelta
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.bundle import Bundle
from support.ehr import CHART, NOTE, NOW, sentence, text_of

from app.ehr.export import Signed, document_bundle
from app.ehr.structure import walk
from app.records import Consent
from visit.charts import Chart
from visit.notes import Division, Note

pytestmark = pytest.mark.unit


CONSENT = Consent(True, "verbal", "Dr. Daniel Reed", NOW - timedelta(minutes=21))


def signed(note: Note = NOTE, chart: Chart = CHART, consent: Consent | None = CONSENT) -> Signed:
    start = NOW - timedelta(minutes=20)
    return Signed("0f3c.1", note, text_of().encode(), chart, "Dr. Daniel Reed", start, NOW, consent)


def references(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
        return own.union(*(references(child) for child in value.values()))
    if isinstance(value, list):
        return set().union(*(references(child) for child in value))
    return set()


def resource(bundle: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = (entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind)
    assert isinstance(found, dict)
    return found


def test_it_is_a_document_that_other_validators_accept() -> None:
    bundle = document_bundle(signed())
    assert bundle["type"] == "document"
    assert bundle["entry"][0]["resource"]["resourceType"] == "Composition"
    assert fhirkit.validate(bundle) == []
    Bundle.model_validate(bundle)


def test_nothing_in_it_points_outside() -> None:
    bundle = document_bundle(signed())
    assert references(bundle) <= {entry["fullUrl"] for entry in bundle["entry"]}


def test_every_entry_is_sound_r4() -> None:
    for entry in document_bundle(signed())["entry"]:
        found = entry["resource"]
        issues = [issue for issue in walk(found, found["resourceType"]) if "not in one" not in issue.problem]
        assert issues == []


def test_the_signed_bytes_are_inside() -> None:
    assert base64.b64decode(resource(document_bundle(signed()), "Binary")["data"]) == text_of().encode()


def test_sections_follow_the_format_and_words_cannot_become_markup() -> None:
    note = Note((sentence("s", Division.PLAN, "Keep BP <140 & rest </li><script>x</script>."),))
    section = resource(document_bundle(signed(note)), "Composition")["section"][0]
    assert section["title"] == "Plan"
    assert section["code"]["coding"][0]["code"] == "18776-5"
    assert "<script>" not in section["text"]["div"]
    assert "BP &lt;140 &amp; rest" in section["text"]["div"]


def test_the_same_note_gives_the_same_bundle() -> None:
    assert document_bundle(signed()) == document_bundle(signed())


def test_a_patient_of_whom_only_the_id_is_known_is_still_a_patient() -> None:
    bundle = document_bundle(signed(chart=Chart(patient_id=CHART.patient_id)))
    assert resource(bundle, "Patient") == {"resourceType": "Patient", "id": "patient-1"}
    assert fhirkit.validate(bundle) == []


def test_the_answer_to_being_recorded_is_inside() -> None:
    consent = resource(document_bundle(signed()), "Consent")
    assert consent["provision"]["type"] == "permit"
    assert consent["policyRule"]["text"] == "Answered verbal; noted by Dr. Daniel Reed"
    refused = document_bundle(signed(consent=Consent(False, "written", "Dr. Daniel Reed", NOW)))
    assert resource(refused, "Consent")["provision"]["type"] == "deny"
    kinds = {entry["resource"]["resourceType"] for entry in document_bundle(signed(consent=None))["entry"]}
    assert "Consent" not in kinds
