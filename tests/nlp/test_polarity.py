"""Conversational polarity on question–answer pairs invented for this test, and the shapes they share."""

from pathlib import Path

import pytest

from nlp.reader import ClinicalReader
from visit.charts import Chart
from visit.findings import Finding, Subject
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

PAIRS = [
    line.split("\t")
    for line in Path(__file__).with_name("polarity_pairs.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def listen(*lines: tuple[str, str]) -> tuple[Finding, ...]:
    """Findings of a visit given as (speaker letter, text): d clinician, p patient, u unknown."""
    reading = ClinicalReader().open(Chart())
    speakers = {"d": Speaker.CLINICIAN, "p": Speaker.PATIENT, "u": Speaker.UNKNOWN}
    for index, (who, text) in enumerate(lines):
        reading.read(Turn(index, speakers[who], text))
    return reading.findings()


def stated(findings: tuple[Finding, ...], concept: str) -> str:
    """The polarity that stands for a concept, ``none`` when nothing is recorded."""
    replaced = {finding.supersedes for finding in findings}
    found = [f for f in findings if f.concept == concept and f.id not in replaced]
    found = [f for f in found if f.subject is Subject.PATIENT] or found
    return found[-1].polarity.value if found else "none"


def score(who: tuple[str, str]) -> tuple[int, int, list[str]]:
    right, wrong = 0, []
    for question, answer, expected in PAIRS:
        findings = listen((who[0], question), *((who[1], part) for part in answer.split("||")))
        for item in expected.split(";"):
            concept, polarity = item.split("=")
            got = stated(findings, concept)
            right += got == polarity
            if got != polarity:
                wrong.append(f"{question} / {answer}: {concept} expected {polarity}, got {got}")
    return right, right + len(wrong), wrong


@pytest.mark.parametrize("who", [("d", "p"), ("p", "d"), ("u", "u")], ids=["tagged", "swapped", "unknown"])
def test_conversational_polarity(who):
    right, total, wrong = score(who)
    assert len(PAIRS) >= 150
    assert right / total >= 0.95, "\n".join(wrong)
