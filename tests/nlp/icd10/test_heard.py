"""What was said in the visit about a problem makes its code more exact, where the note leaves it open."""

from datetime import date, timedelta

import pytest

from nlp.icd10 import IcdCoder, note_from_text
from nlp.icd10.heard import about, details, not_present
from nlp.icd10.patient import patient_of
from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.findings import Detail, Finding, FindingKind, Polarity, Subject, Timing
from visit.ids import FindingId

pytestmark = pytest.mark.integration


def stems(text: str) -> frozenset[str]:
    return frozenset(text.lower().split())


def said(concept: str, text: str = "", **fields: object) -> Finding:
    detail = Detail(**{k: v for k, v in fields.items() if k in Detail.__slots__})  # type: ignore[arg-type]
    more = {k: v for k, v in fields.items() if k not in Detail.__slots__}
    kind = FindingKind.PROBLEM
    return Finding(FindingId("f1"), kind, concept, text or concept, (3, 4), detail=detail, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("problem", "finding", "same"),
    [
        ("knee pain", said("pain", site="knee"), True),
        ("knee pain", said("pain", site="shoulder"), False),
        ("knee pain", said("pain"), False),
        ("type 2 diabetes", said("diabetes"), True),
        ("asthma", said("asthma", polarity=Polarity.ABSENT), False),
        ("asthma", said("asthma", subject=Subject.FAMILY), False),
        ("asthma", said("asthma", timing=Timing.PAST), False),
        ("asthma", said("bronchitis"), False),
    ],
)
def test_a_finding_is_about_a_problem_that_it_names_and_affirms(problem: str, finding: Finding, same: bool) -> None:
    assert (about(stems(problem), [finding], stems) == [finding]) is same


def test_details_leave_out_scores_and_times() -> None:
    finding = said("knee pain", "stage three", side="left", severity="7/10", duration="3 weeks")
    assert details(finding, stems) == {"knee", "pain", "left", "stage", "three"}


def test_what_is_denied_once_and_affirmed_later_is_not_barred() -> None:
    denied = said("asthma", polarity=Polarity.ABSENT)
    assert not_present([denied]) == {"asthma"}
    assert not_present([denied, said("asthma")]) == set()


def first(coder: IcdCoder, assessment: str, *findings: Finding, chart: Chart | None = None) -> CodeSuggestion:
    note = note_from_text("ASSESSMENT AND PLAN\n\n" + assessment + "\nReturn in a month.")
    return coder.suggest(note, findings, chart)[0]


@pytest.mark.parametrize(
    ("assessment", "finding", "plain", "exact"),
    [
        ("Carpal tunnel syndrome.", said("carpal tunnel syndrome", side="left"), "G56.00", "G56.02"),
        ("Chronic kidney disease.", said("chronic kidney disease", "kidney disease stage 4"), "N18.9", "N18.4"),
        ("Type 2 diabetes.", said("diabetes", status="poorly controlled"), "E11.9", "E11.65"),
        ("Depression.", said("depression", "depressed"), "F32.A", "F32.A"),
    ],
)
def test_side_stage_and_control_come_from_the_visit_where_the_note_is_silent(
    coder: IcdCoder, assessment: str, finding: Finding, plain: str, exact: str
) -> None:
    assert first(coder, assessment).code == plain
    found = first(coder, assessment, finding)
    assert found.code == exact
    if plain != exact:
        assert found.evidence[1].turns == finding.turns
        assert f"said in the visit: “{finding.text}”" in found.reason
    else:
        assert len(found.evidence) == 1


def test_the_note_goes_before_what_was_said(coder: IcdCoder) -> None:
    found = first(coder, "Right carpal tunnel syndrome.", said("carpal tunnel syndrome", side="left"))
    assert (found.code, len(found.evidence)) == ("G56.01", 1)
    assert (
        first(coder, "Type 2 diabetes, well controlled.", said("diabetes", status="poorly controlled")).code == "E11.9"
    )


def test_age_and_sex_are_the_charts_and_the_notes_where_the_chart_has_none() -> None:
    note = note_from_text("Her husband came too. She is a 61-year-old woman. She is well.")
    born = date.today() - timedelta(days=40 * 366)
    assert patient_of(note, Chart(sex="male", birth_date=born)).sex == "male"
    assert 39 < (patient_of(note, Chart(birth_date=born)).age or 0) < 41
    assert (patient_of(note, Chart()).sex, patient_of(note, Chart()).age) == ("female", 61)
    assert patient_of(note, Chart(sex="unknown")).sex == "female"


def test_the_charts_sex_keeps_a_code_from_a_note_of_many_pronouns(coder: IcdCoder) -> None:
    text = "Enlarged prostate. She, his wife, says she hears him at night. She worries and she called."
    found = first(coder, text, chart=Chart(sex="male"))
    assert found.code.startswith("N40")
    assert not first(coder, text, chart=Chart(sex="female")).code.startswith("N40")


def test_the_version_names_the_release_and_what_chooses(coder: IcdCoder) -> None:
    assert coder.version.startswith(f"{coder.release}, coder ")
    assert coder.version.endswith("by words alone")
