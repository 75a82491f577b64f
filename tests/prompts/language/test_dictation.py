"""What of a clinician's speech no note carries, and advice as a note gives it."""

import pytest

from prompts.language.dictation import chatter, noted
from prompts.language.grammar import THEY

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "clause",
    [
        "Go ahead and bend your knee for me",
        "I want you to raise your arm",
        "Can you push against my hand",
        "I'm going to do a quick physical exam",
        "Sometimes you get a rash with it",
        "Most people feel better in a week",
        "It can last a month",
        "I did review the results of your CT",
    ],
)
def test_examination_and_talk_of_people_in_general_is_no_content(clause):
    assert chatter(clause)


@pytest.mark.parametrize(
    "clause",
    ["I want you to take ibuprofen", "I'm going to order an MRI", "Lift nothing heavy", "Look for signs of infection"],
)
def test_plans_are_content(clause):
    assert not chatter(clause)


def test_leave_is_no_order():
    assert noted("You can take ibuprofen with food", THEY) == "may take ibuprofen with food"
    assert not noted("You may well need an antibiotic", THEY).startswith("patient to")
