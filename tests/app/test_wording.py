"""What is stored in English has words in the page's other language."""

import re
from pathlib import Path

import pytest

from nlp.icd10.data import data
from prompts.doses import UNNAMED
from prompts.gate.case import Reason

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[2]
STORED = (ROOT / "web" / "src" / "messages" / "stored.ts").read_text(encoding="utf-8")
HINTS = data("hints")
SPOKEN_HINTS = (ROOT / "web" / "src" / "coding" / "hints.ts").read_text(encoding="utf-8")
GUIDELINE = re.compile(r"[IV]+(?:\.\w+)+")
FILTERS = ("repetition", "speech without words", "no voice in the sound", "echo of the chart's terms")


@pytest.mark.parametrize("reason", [*(each.value for each in Reason), UNNAMED, *FILTERS])
def test_each_reason_is_translated(reason: str) -> None:
    assert re.search(rf'^  "?{re.escape(reason)}"?:', STORED, re.MULTILINE), reason


@pytest.mark.parametrize("row", [*HINTS["hint"], HINTS["return"], HINTS["allergy"]], ids=lambda row: row["question"])
def test_each_hint_is_translated(row: dict[str, str]) -> None:
    for said in (row["question"], row["guideline"]):
        assert GUIDELINE.fullmatch(said) or f'  "{said}":' in SPOKEN_HINTS, said


def test_the_question_of_a_side_is_the_one_that_the_page_knows() -> None:
    assert HINTS["side"]["question"] == "“{subject}”: which side?"
    assert GUIDELINE.fullmatch(HINTS["side"]["guideline"])
    assert r"/^“(.+)”: which side\?$/" in SPOKEN_HINTS


def test_the_filters_of_the_recogniser_give_no_other_reason() -> None:
    sources = "".join(
        (ROOT / "asr" / name).read_text(encoding="utf-8") for name in ("screen.py", "stream.py", "final.py")
    )
    given = re.findall(r'(?:at: |_refuse\(words, |_rejected\(words, |Rejected\("", )"([^"]+)"', sources)
    assert set(given) == set(FILTERS)
