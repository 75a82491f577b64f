"""Affirmed or denied: each part of a sentence."""

import pytest

from prompts.gate.case import Reason
from prompts.gate.polarity import doubt, negation
from visit.findings import Polarity

pytestmark = pytest.mark.unit

ASKED = ("clinician", "Any fever?")


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("Denies fever.", "No.", []),
        ("Has fever.", "No.", [Reason.NEGATION]),
        ("Has fever.", "Yes.", []),
        ("Denies fever.", "Yes.", [Reason.NEGATION]),
        ("Has fever.", "Hard to say.", [Reason.UNSURE]),
    ],
)
def test_a_question_is_read_with_its_answer(case, text, answer, found):
    assert negation(case(text, ASKED, answer)) == found


def test_a_question_without_answer_says_nothing(case):
    assert negation(case("Has fever.", ASKED)) == [Reason.UNSURE]


@pytest.mark.parametrize(
    ("polarities", "found"),
    [
        ([Polarity.PRESENT], []),
        ([Polarity.ABSENT], [Reason.NEGATION]),
        ([Polarity.UNCERTAIN], [Reason.UNSURE]),
        ([Polarity.PRESENT, Polarity.ABSENT], [Reason.UNSURE]),
    ],
)
def test_a_finding_decides_over_the_words(case, finding, polarities, found):
    known = [finding("fever", polarity=polarity) for polarity in polarities]
    assert negation(case("Has fever.", "About the fever.", findings=known)) == found


def test_each_part_is_judged_by_itself(case):
    said = "I have nausea but no vomiting."
    assert negation(case("Has nausea but no vomiting.", said)) == []
    assert negation(case("Has vomiting but no nausea.", said)) == [Reason.NEGATION] * 2
    assert negation(case("Denies nausea or vomiting.", said)) == [Reason.NEGATION]


def test_two_negations_in_one_part_are_not_judged(case):
    assert Reason.UNSURE in negation(case("Does not take nothing.", "I don't take nothing."))


def test_clauses_that_say_both_decide_nothing(case):
    assert negation(case("Itches.", "It itches. It never itches.")) == [Reason.UNSURE]


def test_a_denial_does_not_rest_on_a_hedge_alone(case):
    assert doubt(case("Denies fever.", ASKED, "I'm not sure.")) == [Reason.UNSURE]
    assert doubt(case("Denies fever.", ASKED, "No.")) == []
    assert doubt(case("Has fever.", ASKED, "I'm not sure.")) == []
    assert doubt(case("No fever.", ("clinician", "You have no fever."))) == []
