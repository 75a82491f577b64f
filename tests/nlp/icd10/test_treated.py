"""Notes without problem headings, as drafts of a conversation are."""

import pytest

from nlp.icd10 import IcdCoder, note_from_sections

pytestmark = pytest.mark.integration


def accepted(coder: IcdCoder, **sections: str) -> list[str]:
    return [s.code for s in coder.suggest(note_from_sections(sections)) if s.accepted_tier]


def test_what_the_plan_affirms_is_coded(coder: IcdCoder) -> None:
    assert accepted(coder, subjective="Left ankle pain.", plan="So you have an ankle sprain. Give them a brace.") == [
        "S93.402A"
    ]


def test_what_the_plan_only_warns_of_is_not(coder: IcdCoder) -> None:
    assert accepted(coder, subjective="Feels well.", plan="Risks include infection, stroke and heart attack.") == []


def test_a_long_term_condition_under_treatment_is_coded(coder: IcdCoder) -> None:
    codes = accepted(coder, subjective="He has type 2 diabetes.", plan="Continue metformin 500 mg twice a day.")
    assert codes == ["E11.9"]


def test_a_condition_that_the_plan_leaves_alone_is_not_coded(coder: IcdCoder) -> None:
    assert accepted(coder, subjective="He has type 2 diabetes.", plan="Rest the knee.") == []


def test_a_drug_alone_makes_no_diagnosis(coder: IcdCoder) -> None:
    assert accepted(coder, subjective="Feels well.", plan="Continue metformin 500 mg twice a day.") == []


def test_a_relative_with_the_condition_does_not_count(coder: IcdCoder) -> None:
    assert accepted(coder, subjective="Her mother has type 2 diabetes.", plan="Check the A1c.") == []


@pytest.mark.parametrize(
    ("story", "plan", "code"),
    [
        ("From a depression standpoint she is well.", "See her in June.", "F32.A"),
        ("He is here for follow-up of gout.", "See him in June.", "M10.9"),
        ("Migraine: two attacks this month.", "See her in June.", "G43.909"),
        ("She feels tired.", "Continue gabapentin for back pain.", "M54.9"),
    ],
)
def test_what_the_story_takes_up_or_the_plan_treats_by_name(coder: IcdCoder, story: str, plan: str, code: str) -> None:
    assert code in accepted(coder, subjective=story, plan=plan)


@pytest.mark.parametrize(
    "story",
    [
        "Her sister is here for follow-up of gout.",
        "She denies depression.",
        "For now there is no sign of gout.",
    ],
)
def test_what_is_another_persons_or_denied_is_not_taken_up(coder: IcdCoder, story: str) -> None:
    assert accepted(coder, subjective=story, plan="See her in June.") == []


def test_conditions_named_elsewhere_come_before_neighbours_of_accepted_codes(coder: IcdCoder) -> None:
    note = note_from_sections(
        {
            "subjective": "He has type 2 diabetes. He had gout in both feet. His mother has asthma.",
            "plan": "Continue metformin 500 mg twice a day.",
        }
    )
    found = coder.suggest(note)
    assert [s.code for s in found if s.accepted_tier] == ["E11.9"]
    assert found[1].code == "M10.9"
    assert "gout" in found[1].evidence[0].text
    assert not any(s.code.startswith("J45") for s in found)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
