"""Sides of the body, days and dates."""

import pytest

from prompts.gate.bearings import sides, times
from prompts.gate.case import Reason

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "said", "found"),
    [
        ("Left knee hurts.", "My left knee hurts.", []),
        ("Right knee hurts.", "My left knee hurts.", [Reason.SIDE]),
        ("Right knee hurts.", "My knee hurts right now.", [Reason.SIDE]),
        ("Bilateral knee pain.", "Both knees are a pain.", []),
        ("Left hip hurts.", "My left knee and my right hip hurt.", [Reason.SIDE]),
        ("Left bursitis.", "My left wrist was pressed, my right arm too. The bursitis is it.", [Reason.UNSURE]),
        ("Knee hurts.", "My left knee hurts.", []),
    ],
)
def test_a_side_was_said_of_the_part_it_is_named_with(case, text, said, found):
    assert sides(case(text, said)) == found


def test_the_side_that_was_understood_stands(case, finding):
    known = finding("knee pain", side="left")
    assert sides(case("Left knee pain.", "It hurts here.", findings=[known])) == []
    assert sides(case("Right knee pain.", "It hurts here.", findings=[known])) == [Reason.SIDE]


@pytest.mark.parametrize(
    "detail", [{"onset": "Tuesday"}, {"duration": "since Tuesday"}, {"frequency": "every Tuesday"}]
)
def test_a_day_was_said_or_understood(case, finding, detail):
    assert times(case("Since Tuesday.", "Since Tuesday.")) == []
    assert times(case("Since Tuesday.", "For some days.")) == [Reason.TIME]
    assert times(case("Since Tuesday.", "For some days.", findings=[finding("cough", **detail)])) == []
