"""Documentation hints ask what the note leaves open, and only that."""

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


def test_hints_are_few_and_never_name_an_answer(coder: IcdCoder) -> None:
    text = "Type 2 diabetes.\nHeart failure.\nChronic kidney disease.\nDepression.\nAsthma.\nAnemia."
    assert len(hints(coder, text)) == MOST
    for row in data("hints")["hint"]:
        assert row["question"].endswith("?")
        assert row["guideline"]
