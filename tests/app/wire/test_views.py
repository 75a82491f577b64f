"""What goes to the wire loses nothing on its way."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter

from app.records import StoredCode, StoredNote
from app.wire import views
from app.wire.resources import Resource
from visit.charts import Chart
from visit.codes import CodeEvidence, CodeSuggestion
from visit.findings import Detail, Finding, FindingKind, Polarity, Subject, Timing
from visit.ids import EncounterId, FindingId, PatientId, SentenceId, SubmissionId
from visit.notes import SECTION_OF, Division, Note, NoteSentence, Origin, Section, Verdict
from visit.submissions import Submission, SubmissionState
from visit.turns import Gap, Speaker, Turn
from visit.words import Word

pytestmark = pytest.mark.unit

TURN = Turn(
    3,
    Speaker.PATIENT,
    "Only at night.",
    16_000,
    40_000,
    (Word("Only", 16_000, 20_000, 0.75), Word("at", 20_000, 22_000)),
    "B",
)
FINDING = Finding(
    FindingId("f2"),
    FindingKind.MEDICATION,
    "metformin",
    "metformin",
    (2, 3),
    Polarity.UNCERTAIN,
    Subject.FAMILY,
    Timing.PAST,
    Detail(value="500", unit="mg", frequency="twice a day", relation="mother"),
    FindingId("f1"),
)
SENTENCE = NoteSentence(
    SentenceId("s1"),
    Division.FAMILY,
    "Mother took metformin.",
    (2, 3),
    Verdict.NEEDS_REVIEW,
    Origin.MODEL,
    (FindingId("f2"),),
    ("dose.unclear",),
)
NOTE = StoredNote(
    4, Note((SENTENCE,), "soap", (Division.SOCIAL,)), "local", signed=True, stale=frozenset({SentenceId("s1")})
)
CODE = StoredCode(
    CodeSuggestion("E11.9", "Diabetes", 0.5, "named", (CodeEvidence("diabetes", SentenceId("s1"), (1,)),), False),
    "rejected",
    "not assessed",
)


def back(kind: type[Any], view: Resource) -> Any:
    """What a view says, read again as the vocabulary's own."""
    return TypeAdapter(kind).validate_json(view.model_dump_json())


def test_turn_survives_the_wire() -> None:
    assert back(Turn, views.turn_view(TURN)) == TURN


def test_gap_survives_the_wire() -> None:
    gap = Gap(5, 9, "asr.failed")
    assert back(Gap, views.gap_view(gap)) == gap


@pytest.mark.parametrize("finding", [FINDING, Finding(FindingId("x"), FindingKind.VITAL, "pulse", "pulse", ())])
def test_finding_survives_the_wire(finding: Finding) -> None:
    assert back(Finding, views.finding_view(finding)) == finding


def test_note_survives_the_wire() -> None:
    view = views.note_view(NOTE)
    assert back(Note, view) == NOTE.note
    assert (view.version, view.drafter, view.signed) == (NOTE.version, NOTE.drafter, NOTE.signed)
    assert {sentence.id for sentence in view.sentences if sentence.stale} == NOTE.stale


@pytest.mark.parametrize("division", list(Division))
def test_section_follows_the_division(division: Division) -> None:
    sentence = NoteSentence(SentenceId("s"), division, "x", (), Verdict.SUPPORTED, Origin.RULES)
    assert views.sentence_view(sentence).section is SECTION_OF[division]
    assert isinstance(views.sentence_view(sentence).section, Section)


def test_code_survives_the_wire() -> None:
    view = views.code_view(CODE)
    assert back(CodeSuggestion, view) == CODE.suggestion
    assert (view.decision, view.decision_reason) == (CODE.decision, CODE.reason)


def test_a_bare_suggestion_is_undecided() -> None:
    view = views.code_view(CODE.suggestion)
    assert (view.decision, view.decision_reason) == ("suggested", None)


def test_chart_is_split_into_banner_and_context() -> None:
    born = date(1970, 2, 3)
    chart = Chart(PatientId("p1"), "Ada Example", born, "female", "Dr", ("a",), ("b",), ("c",))
    patient, context = views.patient_view(chart), views.chart_view(chart)
    assert (patient.id, patient.name, patient.birth_date, patient.sex) == (
        "p1",
        "Ada Example",
        date(1970, 2, 3),
        "female",
    )
    assert (context.medications, context.allergies, context.problems) == (["a"], ["b"], ["c"])


def test_submission_view() -> None:
    submission = Submission(SubmissionId("u"), EncounterId("e"), 2, SubmissionState.UNKNOWN, "ab", None, "ehr.timeout")
    view = views.submission_view(submission)
    assert (view.id, view.note_version, view.state, view.problem) == ("u", 2, SubmissionState.UNKNOWN, "ehr.timeout")
