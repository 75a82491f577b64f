"""What hangs on a condition is no plan yet."""

import pytest

from nlp.contingency import Contingency

pytestmark = pytest.mark.unit


def test_what_is_for_that_hangs_on_the_condition_of_the_sentence_before() -> None:
    contingency = Contingency()
    contingency.hear("if the wound opens again,", 4)
    assert not contingency.governs("use a dry ")
    contingency.hear("you should see the nurse for that", 4)
    assert contingency.governs("you should see the ")


def test_a_condition_of_an_earlier_turn_is_over() -> None:
    contingency = Contingency()
    contingency.hear("if the wound opens again,", 4)
    contingency.hear("we have a cream for that", 6)
    assert not contingency.governs("we have a ")


@pytest.mark.parametrize(
    ("before", "governed"),
    [("we usually give ", True), ("if somebody has this we do an ", True), ("we will give you ", False)],
)
def test_what_is_done_in_general_is_not_done_for_this_one(before: str, governed: bool) -> None:
    contingency = Contingency()
    contingency.hear(before, 0)
    assert contingency.governs(before) is governed
