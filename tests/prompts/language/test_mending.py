"""Turns that live hearing cut."""

import pytest

from prompts.candidates import candidates
from prompts.language.mending import mended
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

WHO = {"d": Speaker.CLINICIAN, "p": Speaker.PATIENT}


def talk(*lines):
    return tuple(Turn(i, WHO[line[0]], line[3:]) for i, line in enumerate(lines))


def test_the_unfinished_end_moves_to_the_next_turn_of_its_speaker():
    turns, goes_on = mended(talk("d: Okay. Any shortness", "d: of breath?", "p: No."))
    assert [t.text for t in turns] == ["Okay.", "Any shortness of breath?", "No."]
    assert goes_on == {1: 0}


@pytest.mark.parametrize(
    "lines", [("d: Any fever", "p: No."), ("d: Any fever?", "d: Or chills?"), ("p: I cough", "d: Yes.", "p: a lot")]
)
def test_nothing_else_moves(lines):
    turns = talk(*lines)
    assert mended(turns) == (turns, {})


def test_a_cut_question_and_its_answer_make_one_statement_that_cites_all():
    made = candidates(talk("d: Any shortness", "p: Um", "d: of breath or wheezing?", "p: No."), 0, 3)
    assert [(c.text, c.evidence) for c in made] == [("Denies shortness of breath or wheezing.", (0, 2, 3))]


def test_orders_heard_in_the_patients_turn_are_written_as_orders():
    made = candidates(talk("d: Any allergies?", "p: No. I'm going to prescribe amoxicillin twice a day."), 0, 1)
    assert "Prescribe amoxicillin twice a day." in [c.text for c in made]


def test_what_a_question_points_at_makes_no_statement():
    assert candidates(talk("d: Is it tender here?", "p: Yes."), 0, 1) == []
