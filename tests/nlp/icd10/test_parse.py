"""Notes from text and sections."""

import pytest

from nlp.icd10.parse import note_from_sections, note_from_text
from visit.notes import Division

pytestmark = pytest.mark.unit


def pairs(text: str) -> list[tuple[str, str]]:
    return [(s.division.value, s.text) for s in note_from_text(text).sentences]


def test_headings_set_the_division() -> None:
    text = "CC: Cough.\n\nHPI:\nThree days of cough. No fever.\n\nASSESSMENT AND PLAN\n1. Bronchitis.\n- Rest."
    assert pairs(text) == [
        ("chief_complaint", "Cough."),
        ("history", "Three days of cough."),
        ("history", "No fever."),
        ("assessment", "1. Bronchitis."),
        ("assessment", "Rest."),
    ]


def test_titles_and_numbers_do_not_end_a_sentence() -> None:
    assert len(pairs("PLAN\nMs. Doe saw Dr. Roe today. Give 2.5 mg daily.")) == 2


def test_a_bulleted_label_does_not_open_a_section() -> None:
    text = "ASSESSMENT\nGout.\n• Medications: allopurinol\nAsthma."
    assert {d for d, _ in pairs(text)} == {"assessment"}


def test_markdown_headings() -> None:
    assert pairs("## Assessment\n**Plan:** rest") == [("plan", "rest")]


def test_sections_keep_their_place() -> None:
    note = note_from_sections({"subjective": "Cough.", "objective": "Clear.", "assessment": "Cold.", "plan": "Rest."})
    assert [s.division for s in note.sentences] == [Division.HISTORY, Division.EXAM, Division.ASSESSMENT, Division.PLAN]
    assert [s.id for s in note.sentences] == ["s0", "s1", "s2", "s3"]


def test_headings_inside_a_section_are_read() -> None:
    note = note_from_sections({"subjective": "CHIEF COMPLAINT\nCough.\nFAMILY HISTORY\nAsthma in mother."})
    assert [s.division for s in note.sentences] == [Division.CHIEF_COMPLAINT, Division.FAMILY]
