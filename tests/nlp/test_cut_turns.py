"""Turns that were cut in the middle of a sentence, and turns in which two voices were heard as one."""

import pytest

from visit.findings import FindingKind, Polarity
from visit.notes import Division

pytestmark = pytest.mark.unit


def held(reading):
    return {f.concept: f for f in reading.findings()}


@pytest.mark.parametrize(
    "lines",
    [
        ("d: Any shortness", "d: of breath or wheezing?", "p: No."),
        ("d: Any shortness of", "d: breath or wheezing?", "p: No."),
        ("d: Any shortness", "p: Um", "d: of breath or wheezing?", "p: No."),
    ],
)
def test_a_question_cut_in_two_is_one_question(hear, lines):
    found = held(hear(*lines))
    assert {c: f.polarity for c, f in found.items()} == {
        "shortness of breath": Polarity.ABSENT,
        "wheezing": Polarity.ABSENT,
    }
    assert {0, len(lines) - 2, len(lines) - 1} <= set(found["wheezing"].turns)


def test_nothing_is_stated_from_an_unfinished_question(hear):
    assert held(hear("d: Any shortness", "d: of breath or wheezing")) == {}
    assert held(hear("d: Have you had any fever")) == {}


def test_what_does_not_go_on_is_read_as_it_stands(hear):
    assert held(hear("d: Any fever", "p: No."))["fever"].polarity is Polarity.ABSENT
    assert held(hear("p: I have a cough and", "d: Go on."))["cough"].polarity is Polarity.PRESENT


def test_a_clause_with_when_answers_and_does_not_ask(hear):
    breath = held(hear("d: And shortness of breath?", "p: Yes, when I walk uphill."))["shortness of breath"]
    assert (breath.polarity, breath.turns) == (Polarity.PRESENT, (0, 1))


def test_orders_heard_in_the_patients_turn_are_no_allergies(hear):
    found = held(hear("d: Any allergies?", "p: No. Alright, I'm going to prescribe amoxicillin 500 mg twice a day."))
    drug = found["amoxicillin"]
    assert (drug.kind, drug.division) == (FindingKind.MEDICATION, Division.PLAN)


@pytest.mark.parametrize(
    ("lines", "polarity"),
    [
        (("d: I'm going to press on your tummy.", "d: Is that tender anywhere?", "p: No."), Polarity.ABSENT),
        (("d: And when I press on your belly, is that tender anywhere, no", "p: No."), Polarity.ABSENT),
        (("d: Let me examine the knee.", "d: Is it sore here?", "p: Yes, a bit."), Polarity.PRESENT),
    ],
)
def test_what_is_felt_under_the_examiners_hand_is_an_examination(hear, lines, polarity):
    found = held(hear(*lines))
    assert set(found) == {"tenderness"}
    assert (found["tenderness"].division, found["tenderness"].polarity) == (Division.EXAM, polarity)


def test_an_explanation_is_no_second_problem(hear):
    found = held(hear("d: I think this is acute bronchitis. That's a viral infection, so antibiotics would not help."))
    assert {c for c, f in found.items() if f.division is Division.ASSESSMENT} == {"bronchitis"}
    assert "viral infection" not in found
    alone = held(hear("d: Let me look at the ankle.", "d: It is swollen.", "d: That's a sprain."))
    assert alone["sprain"].division is Division.ASSESSMENT


def test_fluid_is_where_it_was_seen(hear):
    found = held(hear("d: The knee x-ray shows a small effusion and no fracture."))
    assert "knee effusion" in found
    assert not any("pleural" in concept for concept in found)
