"""Documentation hints ask what the note leaves open, and only that."""

import re

import pytest

from nlp.icd10 import IcdCoder, note_from_text
from nlp.icd10.data import data
from nlp.icd10.hints import MOST, hints_for
from visit.codes import Hint

pytestmark = pytest.mark.integration


def hints(coder: IcdCoder, text: str) -> tuple[Hint, ...]:
    note = note_from_text("ASSESSMENT AND PLAN\n" + text)
    return hints_for(note, coder.suggest(note), coder.table)


def test_missing_side_is_asked(coder: IcdCoder) -> None:
    found = hints(coder, "Carpal tunnel syndrome.\nFollow up in 2 weeks.")
    assert [h.question for h in found] == ["“Carpal tunnel syndrome”: which side?"]
    assert found[0].code == "G56.00"
    assert found[0].guideline == "I.B.13"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Chronic kidney disease.\nReturn in a month.", "which stage"),
        ("Heart failure.\nReturn in a month.", "which type"),
        ("Asthma. Never smoker.\nReturn in a month.", "how severe"),
        ("Hypertension.", "seen again"),
    ],
)
def test_what_is_open_is_asked(coder: IcdCoder, text: str, asked: str) -> None:
    assert any(asked in h.question for h in hints(coder, text))


def test_a_complete_note_gets_no_hint(coder: IcdCoder) -> None:
    assert hints(coder, "Chronic kidney disease, stage 3b.\nLeft carpal tunnel syndrome.\nFollow up in 2 weeks.") == ()


def test_hints_are_few(coder: IcdCoder) -> None:
    text = "Type 2 diabetes.\nHeart failure.\nChronic kidney disease.\nDepression.\nAsthma.\nAnemia."
    assert len(hints(coder, text)) == MOST


ROWS = [*data("hints")["hint"], *(data("hints")[name] for name in ("allergy", "side", "return"))]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["question"]))
def test_a_question_is_open_and_names_no_answer(row: dict[str, str]) -> None:
    asked = row["question"].split(": ")[-1]
    for clause in re.split(
        r",? and (?=\w+ (?:is|are|was|did|does)\b|is\b|are\b|does\b|which|what|how|where)|, ", asked
    ):
        assert re.match(r"(?:what|which|how|when|where|by|if any)\b", clause, re.I), "each part begins by asking"
    assert asked.endswith("?")
    assert not re.search(r"\b(?:or|either|whether)\b", asked), "it gives no choice"
    assert not re.search(r"\d", asked), "it names no value"
    answers = re.compile(row.get("unless") or row["reaction"], re.I)
    named = answers.search(asked)
    assert named is None or named[0] in ("body mass", "smok"), "what would answer it is not in it"
    assert row["guideline"]


@pytest.mark.parametrize("asked", ["is 3a or 3b documented?", "how severe is it, and is there an exacerbation?"])
def test_the_check_of_questions_sees_one_that_proposes_an_answer(asked: str) -> None:
    with pytest.raises(AssertionError):
        test_a_question_is_open_and_names_no_answer(
            {"question": f"Kidney: {asked}", "unless": r"3\s?[ab]\b|exacerbation", "guideline": "I"}
        )


@pytest.mark.parametrize(
    ("allergies", "asked"),
    [
        ("Penicillin.", True),
        ("Allergic to sulfa and latex.", True),
        ("Penicillin, which gives her hives.", False),
        ("No known drug allergies.", False),
        ("NKDA.", False),
    ],
)
def test_an_allergy_without_a_reaction_is_asked_about(coder: IcdCoder, allergies: str, asked: bool) -> None:
    note = note_from_text(f"ALLERGIES\n{allergies}\n\nASSESSMENT AND PLAN\nHypertension.\nReturn in a month.")
    found = hints_for(note, coder.suggest(note), coder.table)
    assert [h.question for h in found] == (["Allergy: what was the reaction?"] if asked else [])
    assert all(h.sentence for h in found)
