"""The clauses of reference notes and the divisions they belong to."""

import pytest

from train.references import clauses, units
from visit.notes import Division

pytestmark = pytest.mark.unit


def divided(note: str, source: str, **more) -> dict[str, Division]:
    return dict(clauses({"note": note, **more}, source))


def test_headings_say_the_division():
    found = divided("HISTORY OF PRESENT ILLNESS\n\nDry cough.\n\nMEDICATIONS:\nRamipril.\n\nEXAM\nClear lungs.", "aci")
    assert found == {
        "Dry cough.": Division.HISTORY, "Ramipril.": Division.MEDICATIONS, "Clear lungs.": Division.EXAM,
    }  # fmt: skip


def test_under_a_heading_for_both_an_assessment_is_told_from_a_plan():
    found = divided("ASSESSMENT AND PLAN\nHypertension is stable.\nContinue ramipril.", "aci")
    assert found == {"Hypertension is stable.": Division.ASSESSMENT, "Continue ramipril.": Division.PLAN}


def test_lines_of_a_general_practitioner_open_with_what_they_are_about():
    found = divided("3/7 cough\nPMH: asthma\nDH: salbutamol\nNKDA\nImp: infection\nPlan: fluids", "primock57")
    assert list(found.values()) == [
        Division.HISTORY, Division.PAST_HISTORY, Division.MEDICATIONS, Division.ALLERGIES, Division.ASSESSMENT,
        Division.PLAN,
    ]  # fmt: skip


def test_a_section_of_a_short_dialogue_is_all_of_one_division_but_for_family_and_social_history():
    assert divided("Takes ramipril.", "mts", section="MEDICATIONS") == {"Takes ramipril.": Division.MEDICATIONS}
    found = divided("Mother had a stroke. Smokes daily. Lives with her mother.", "mts", section="FAM/SOCHX")
    assert found["Mother had a stroke."] is Division.FAMILY
    assert found["Smokes daily."] is Division.SOCIAL
    assert found["Lives with her mother."] is Division.SOCIAL


def test_facts_of_a_checklist_that_matter_follow():
    facts = [
        {"fact": "well controlled", "parent": "Asthma", "section": "PMH", "importance": "critical"},
        {"fact": "weather", "parent": None, "section": "PC", "importance": "irrelevant"},
    ]
    assert divided("", "primock57", checklist=facts) == {"Asthma well controlled": Division.PAST_HISTORY}


def test_a_sentence_is_followed_by_its_parts():
    assert units("- Dry cough, sore throat and mild fever. Now 2,5 days.") == [
        "Dry cough, sore throat and mild fever.", "Dry cough", "sore throat", "mild fever.", "Now 2,5 days.",
    ]  # fmt: skip
