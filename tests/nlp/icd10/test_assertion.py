"""Who, whether and when, of words in a sentence."""

import pytest

from nlp.icd10.assertion import Assertion, assertion_of, read_heading

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("sentence", "word", "expected"),
    [
        ("She has asthma.", "asthma", Assertion.PRESENT),
        ("She denies fever or cough.", "cough", Assertion.ABSENT),
        ("No evidence of fracture.", "fracture", Assertion.ABSENT),
        ("She denies fever but reports cough.", "cough", Assertion.PRESENT),
        ("Fracture was ruled out.", "Fracture", Assertion.ABSENT),
        ("This is suspicious for pneumonia.", "pneumonia", Assertion.UNCERTAIN),
        ("Findings are consistent with gout.", "gout", Assertion.UNCERTAIN),
        ("Her mother has diabetes.", "diabetes", Assertion.FAMILY),
        ("History of stroke.", "stroke", Assertion.PAST),
        ("Her gout has resolved.", "gout", Assertion.PAST),
        ("Return if fever develops.", "fever", Assertion.HYPOTHETICAL),
        ("He is at risk of stroke.", "stroke", Assertion.HYPOTHETICAL),
    ],
)
def test_assertions(sentence: str, word: str, expected: Assertion) -> None:
    start = sentence.index(word)
    assert assertion_of(sentence, start, start + len(word)) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Knee pain, possible sprain", [("Knee pain", Assertion.PRESENT), ("sprain", Assertion.UNCERTAIN)]),
        ("Likely viral sinusitis", [("viral sinusitis", Assertion.UNCERTAIN)]),
        ("Gout?", [("Gout", Assertion.UNCERTAIN)]),
        ("History of gout", [("History of gout", Assertion.PAST)]),
        ("Family history of colon cancer", [("Family history of colon cancer", Assertion.FAMILY)]),
        ("No acute fracture", [("No acute fracture", Assertion.ABSENT)]),
        ("Asthma", [("Asthma", Assertion.PRESENT)]),
    ],
)
def test_problem_lines(line: str, expected: list[tuple[str, Assertion]]) -> None:
    assert read_heading(line) == expected
