"""The text that is signed and the document around it."""

import base64
import hashlib
import uuid
from dataclasses import replace
from datetime import date

import pytest
from fhir.resources.R4B.documentreference import DocumentReference
from hypothesis import given
from hypothesis import strategies as st
from support.ehr import CHART, NOTE, NOW, good_document, sentence, signed_note, text_of

from app.ehr.document import DISCLOSURE, Letterhead, Relation, document_reference, note_text, version_uri
from app.ehr.preflight import check
from app.ehr.profiles import EPIC, ORACLE, US_CORE, profile_named, shaped
from app.ehr.text_rules import has_disclosure, text_problems
from app.errors import InvalidInput
from visit.codes import CodeSuggestion
from visit.notes import Division, Note

pytestmark = pytest.mark.unit

LETTERHEAD = Letterhead(CHART, "Dr. Daniel Reed", date(2026, 3, 2))


def test_the_whole_text_is_exactly_this() -> None:
    codes = [CodeSuggestion("J20.9", "Acute bronchitis, unspecified", 0.9, "", ())]
    assert note_text(NOTE, LETTERHEAD, codes) == (
        "SOAP NOTE\n"
        "Patient: Maria Alvarez, born 1968-03-14\n"
        "Date of service: 2026-03-02\n"
        "Clinician: Dr. Daniel Reed\n"
        "\n"
        "SUBJECTIVE\n"
        "Chief complaint:\n"
        "- Cough for ten days.\n"
        "History of present illness:\n"
        "- Dry cough, worse at night.\n"
        "Review of systems:\n"
        "- Denies fever.\n"
        "\n"
        "OBJECTIVE\n"
        "Vitals:\n"
        "- Blood pressure 138/86 mmHg.\n"
        "\n"
        "ASSESSMENT\n"
        "- Acute bronchitis.\n"
        "\n"
        "PLAN\n"
        "- Continue lisinopril 10 mg daily.\n"
        "\n"
        "DIAGNOSIS CODES (ICD-10-CM), accepted by the clinician\n"
        "- J20.9 Acute bronchitis, unspecified\n"
        "\n"
        "NOT DISCUSSED IN THIS VISIT\n"
        "- Family history\n"
        "- Social history\n"
        "\n"
        f"{DISCLOSURE}\n"
        "Reviewed and approved by Dr. Daniel Reed.\n"
    )


def test_what_was_not_discussed_never_stands_beside_what_was_denied() -> None:
    blocks = text_of().split("\n\n")
    denied = next(block for block in blocks if "Denies fever" in block)
    assert "Family history" not in denied
    assert next(block for block in blocks if "Family history" in block).startswith("NOT DISCUSSED")


def test_a_sentence_of_a_division_that_the_format_leaves_out_is_still_in_the_text() -> None:
    note = Note((sentence("s", Division.FAMILY, "Father had a stroke."),), template="progress")
    assert "- Father had a stroke.\n" in note_text(note, LETTERHEAD)


def test_a_sentence_cannot_break_out_of_its_bullet() -> None:
    text = note_text(Note((sentence("s", Division.PLAN, "Rest.\n\nASSESSMENT\r\n- Stroke.\x07"),)), LETTERHEAD)
    assert "- Rest. ASSESSMENT - Stroke.\n" in text
    assert "\nASSESSMENT" not in text


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=5))
def test_any_sentence_gives_text_that_survives_the_document_byte_for_byte(texts: list[str]) -> None:
    note = Note(tuple(sentence(str(i), Division.PLAN, text) for i, text in enumerate(texts)))
    clean = [text for text in texts if not any("\ud800" <= c <= "\udfff" for c in text)]
    if len(clean) != len(texts):
        return
    text = note_text(note, LETTERHEAD)
    assert text == note_text(note, LETTERHEAD)
    assert has_disclosure(text)
    assert not [problem for problem in text_problems(text) if "control" in problem and "U+202" not in problem]
    document = document_reference(signed_note(text))
    assert base64.b64decode(document["content"][0]["attachment"]["data"]) == text.encode()


@pytest.mark.parametrize("text", ["|^~\\&", "a\tb", "\u00fc\u00f1\u4e2d\U0001f600", "x" * 100_000])
def test_size_and_hash_are_of_the_decoded_bytes(text: str) -> None:
    attachment = document_reference(signed_note(text))["content"][0]["attachment"]
    data = base64.b64decode(attachment["data"])
    assert data.decode() == text
    assert attachment["size"] == len(data)
    assert base64.b64decode(attachment["hash"]) == hashlib.sha1(data).digest()


def test_the_document_survives_the_r4_model_unchanged() -> None:
    document = good_document()
    again = DocumentReference.model_validate(document)
    assert DocumentReference.model_validate_json(again.model_dump_json()).model_dump() == again.model_dump()


def test_the_version_names_the_bytes_and_is_stable() -> None:
    note = signed_note()
    assert version_uri(note) == version_uri(signed_note())
    assert version_uri(note) != version_uri(replace(note, text=note.text + b"."))
    uuid.UUID(version_uri(note).removeprefix("urn:uuid:"))


def test_the_ai_label_is_a_switch() -> None:
    assert document_reference(signed_note())["meta"]["security"][0]["code"] == "AIAST"
    assert "security" not in document_reference(signed_note(), ai_label=False)["meta"]


@pytest.mark.parametrize(
    ("template", "code"), [("soap", "11506-3"), ("h_and_p", "34117-2"), ("consult", "11488-4"), ("apso", "11506-3")]
)
def test_the_type_follows_the_format(template: str, code: str) -> None:
    document = document_reference(signed_note(template=template))
    assert document["type"]["coding"][0]["code"] == code
    assert check(document, now=NOW) == []


def test_an_addendum_relates_to_what_it_appends() -> None:
    document = document_reference(replace(signed_note(), relation=Relation("appends", "77")))
    assert document["relatesTo"] == [{"code": "appends", "target": {"reference": "DocumentReference/77"}}]
    assert document["docStatus"] == "amended"
    assert check(document, now=NOW) == []


def test_the_epic_shape_is_exactly_this() -> None:
    note = shaped(good_document(), EPIC)
    assert set(note) == {"resourceType", "status", "docStatus", "type", "category", "subject", "author", "date"} | {
        "content",
        "context",
    }
    assert note["docStatus"] == "preliminary"
    assert set(note["context"]) == {"encounter"}
    assert note["content"][0]["attachment"].keys() == {"contentType", "data"}
    assert note["content"][0]["attachment"]["contentType"] == "text/plain"


def test_the_oracle_shape_is_exactly_this() -> None:
    note = shaped(good_document(), ORACLE)
    assert set(note) == {"resourceType", "status", "docStatus", "type", "category", "subject", "author"} | {
        "content",
        "context",
    }
    assert note["docStatus"] == "final"
    assert note["content"][0]["attachment"].keys() == {"contentType", "data", "title", "creation"}
    assert note["content"][0]["attachment"]["contentType"] == "text/plain;charset=utf-8"


def test_shaping_leaves_the_canonical_note_alone() -> None:
    document = good_document()
    shaped(document, EPIC)
    assert document == good_document()
    assert shaped(document, US_CORE) == document


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(InvalidInput):
        profile_named("cerner")
