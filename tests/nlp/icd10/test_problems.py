"""Which problems a note assesses, and what belongs to each."""

import pytest

from nlp.icd10.assertion import Assertion
from nlp.icd10.parse import note_from_text
from nlp.icd10.problems import Named, complaints_of, has_blocks, is_heading, problems_of, split_heading

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("2. Hypertension, well controlled.", True),
        ("Diagnosis: acute sinusitis", True),
        ("Chronic kidney disease, stage 3.", True),
        ("We will recheck the potassium next week.", False),
        ("The patient is a 61-year-old man with a cough.", False),
        ("Continue lisinopril 10 mg.", False),
    ],
)
def test_a_line_of_its_own_is_a_heading_and_a_sentence_is_none(line: str, heading: bool) -> None:
    assert is_heading(line) is heading


@pytest.mark.parametrize(
    ("line", "problems"),
    [
        ("1. Hypertension; gout.", ["Hypertension", "gout"]),
        ("# Acute sinusitis: start nasal rinses", ["Acute sinusitis"]),
        ("Follow-up of asthma.", ["asthma"]),
    ],
)
def test_a_heading_without_its_number_and_remarks(line: str, problems: list[str]) -> None:
    assert split_heading(line) == problems


def test_a_heading_owns_what_follows_until_the_next() -> None:
    note = note_from_text(
        "ASSESSMENT AND PLAN\n1. Hypertension.\nIncrease lisinopril to 20 mg.\n2. Gout.\nStart allopurinol."
    )
    first, second = problems_of(note)
    assert (first.phrase, first.named, first.assertion) == ("Hypertension", Named.HEADING, Assertion.PRESENT)
    assert [s.text for s in first.block][1:] == ["Increase lisinopril to 20 mg."]
    assert second.block[0].text.endswith("Gout.")


def test_doubt_on_a_line_is_the_problems_own() -> None:
    (problem,) = problems_of(note_from_text("ASSESSMENT\nPossible gout."))
    assert problem.assertion is Assertion.UNCERTAIN


def test_conditions_that_the_plan_takes_up_by_name() -> None:
    note = note_from_text("PLAN\nRegarding her asthma, we will continue the inhaler. We talked about the weather.")
    assert [(p.phrase, p.named) for p in problems_of(note)] == [("asthma", Named.STATED)]


def test_the_history_names_no_problem_but_the_complaint_can_be_read() -> None:
    note = note_from_text("CHIEF COMPLAINT\nHeadache and cough.\n\nPAST MEDICAL HISTORY\nGout.")
    assert problems_of(note) == []
    assert [p.phrase.lower() for p in complaints_of(note)] == ["headache", "cough"]


def test_a_note_is_laid_out_in_blocks_when_its_labels_say_so() -> None:
    assert has_blocks(note_from_text("ASSESSMENT AND PLAN\nGout.\nMedical Treatment: start allopurinol."))
    assert not has_blocks(note_from_text("ASSESSMENT AND PLAN\nGout. We start allopurinol."))
