"""HL7 v2 encoding: nothing in a text can end a field, a segment or a message."""

import pytest
from hl7apy.core import Message
from hypothesis import given
from hypothesis import strategies as st

from app.hl7.message import NotAnAcknowledgement, composite, escape, read_acknowledgement, segment
from app.hl7.people import Number, number_from, provider_from, visit_from

pytestmark = pytest.mark.unit


def unescape(text: str) -> str:
    for escaped, char in (("\\F\\", "|"), ("\\S\\", "^"), ("\\T\\", "&"), ("\\R\\", "~"), ("\\E\\", "\\")):
        text = text.replace(escaped, char)
    return text


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_escaping_loses_nothing_and_leaves_no_separator(text: str) -> None:
    escaped = escape(text)
    assert not set(escaped) & set("|^~&\r\n")
    if "\\" not in text:
        assert unescape(escaped) == text


def test_backslashes_are_escaped_first() -> None:
    assert escape("a\\F\\b|c") == "a\\E\\F\\E\\b\\F\\c"


def test_control_characters_cannot_end_a_segment() -> None:
    assert escape("a\rPID|\x0b\x1c") == "a PID\\F\\  "


def test_a_segment_is_written_by_field_number() -> None:
    assert segment("PV1", {2: "O", 5: composite("1", "", "x")}) == "PV1||O|||1^^x"


def test_acknowledgements() -> None:
    head = b"MSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5.1\r"
    assert read_acknowledgement(head + b"MSA|AA|77\r").control == "77"
    found = read_acknowledgement(head + b"MSA|AE|77|free text\rERR||PID^1^3|101^x|E\rERR|||free text|E\r")
    assert (found.code, found.errors) == ("AE", ("101 at PID-1-3",))
    for wrong in (b"", b"hello", head, head + b"MSA|ZZ|1\r", head + b"MSA|AA\r", b"\xff\xfe"):
        with pytest.raises(NotAnAcknowledgement):
            read_acknowledgement(wrong)


@given(st.binary(max_size=80))
def test_any_bytes_are_an_acknowledgement_or_none(data: bytes) -> None:
    try:
        read_acknowledgement(b"MSH|^~\\&|" + data)
    except NotAnAcknowledgement:
        return


def test_numbers_say_who_assigned_them() -> None:
    assert Number("1", "urn:oid:1.2.3", "MR").cx() == "1^^^&1.2.3&ISO^MR"
    assert Number("1", "http://x.example/mrn", "MR").cx() == "1^^^&http://x.example/mrn&URI^MR"
    assert Number("1", "Hillside", "MR").cx() == "1^^^Hillside^MR"


def test_the_record_number_is_the_one_of_its_kind() -> None:
    patient = {
        "identifier": [
            {"system": "urn:oid:1", "value": "ssn"},
            {"type": {"coding": [{"code": "MR"}]}, "system": "urn:oid:2", "value": "mrn"},
            {"use": "old", "type": {"coding": [{"code": "MR"}]}, "value": "gone"},
        ]
    }
    assert number_from(patient, "MR") == Number("mrn", "urn:oid:2", "MR")
    assert number_from({}, "MR") is None


def test_people_without_much_still_make_valid_segments() -> None:
    visit = visit_from({"id": "p"}, {"id": "e", "class": {"code": "EMER"}})
    provider = provider_from(
        {
            "id": "d",
            "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "99"}],
            "name": [{"text": "X"}],
        }
    )
    message = Message("MDM_T02", version="2.5.1")
    message.pid = visit.pid()
    message.pv1 = visit.pv1(provider)
    assert message.pv1.pv1_2.value == "E"
    assert message.pv1.pv1_7.pv1_7_1.value == "99"
    assert message.pv1.pv1_19.pv1_19_1.value == "e"
    assert visit.record is None
