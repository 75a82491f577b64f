"""Problems of a note looked up in its context."""

import pytest
from support.small_list import retriever

from nlp.icd10.assertion import Assertion
from nlp.icd10.choose import Choice, Chooser
from nlp.icd10.parse import note_from_text
from nlp.icd10.problems import problems_of
from visit.charts import Chart

pytestmark = pytest.mark.unit


def choose(assessment: str, story: str = "") -> list[Choice]:
    note = note_from_text(f"HISTORY OF PRESENT ILLNESS\n{story}\n\nASSESSMENT AND PLAN\n{assessment}")
    return Chooser(retriever()).choose(problems_of(note), note)


def codes(assessment: str, story: str = "") -> list[str]:
    return [choice.best.code for choice in choose(assessment, story)]


@pytest.mark.parametrize(
    ("assessment", "story", "expected"),
    [
        ("Hypertension and hypothyroidism.", "", ["I10", "E03.9"]),
        ("Bilateral lateral epicondylitis.", "", ["M77.11", "M77.12"]),
        ("Bilateral carpal tunnel syndrome.", "", ["G56.03"]),
        ("Carpal tunnel syndrome.", "Her left hand tingles at night.", ["G56.02"]),
        ("Carpal tunnel syndrome.", "Her left hand tingles, the right foot is well.", ["G56.00"]),
        ("Sprain of left ankle, follow-up.", "", ["S93.402D"]),
        ("Pain of unknown cause.", "", []),
    ],
)
def test_lines_become_codes(assessment: str, story: str, expected: list[str]) -> None:
    assert codes(assessment, story) == expected


@pytest.mark.parametrize(
    ("assessment", "certain"), [("Hypertension.", True), ("Possible hypertension.", False), ("No hypertension.", False)]
)
def test_only_what_the_note_states_is_certain(assessment: str, certain: bool) -> None:
    assert any(choice.certain for choice in choose(assessment)) is certain


def test_mentions_are_the_longest_names_with_what_is_claimed_of_them() -> None:
    note = note_from_text("ASSESSMENT\nShe has high blood pressure. Her mother had hypothyroidism. No tennis elbow.")
    found = Chooser(retriever()).mentions(note.sentences)
    assert [(p.phrase.lower(), p.assertion) for p in found] == [
        ("high blood pressure", Assertion.PRESENT),
        ("hypothyroidism", Assertion.FAMILY),
        ("tennis elbow", Assertion.ABSENT),
    ]


def test_a_code_that_the_chart_rules_out_is_no_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    note = note_from_text("ASSESSMENT\nHypertension.")
    monkeypatch.setattr("nlp.icd10.patient.Patient.admits", lambda self, code: self.sex != "male")
    assert Chooser(retriever(), (), Chart(sex="female")).choose(problems_of(note), note)
    assert not Chooser(retriever(), (), Chart(sex="male")).choose(problems_of(note), note)
