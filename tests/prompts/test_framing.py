"""A new wording keeps who, when and the kind of verb."""

import pytest

from prompts.framing import keeps_frame

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Has a dull ache in the calf.", "The patient has a dull ache in the calf."),
        ("Has got hot flushes.", "The patient has had hot flushes."),
        ("Had a fall in the garden.", "The patient had a fall in the garden."),
        ("Patient to keep the leg up.", "The patient is to keep the leg up."),
        ("Encourage them to walk more.", "They are encouraged to walk more."),
        ("Has been dizzy since Monday.", "The patient has been dizzy since Monday."),
        ("Has chest tightness.", "The patient complains of chest tightness and has had it."),
        ("Burning on passing water.", "Presents with burning on passing water."),
    ],
)
def test_a_sentence_made_of_the_same_statement_stands(phrase: str, text: str) -> None:
    assert keeps_frame(text, [phrase])


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("Has low mood and poor sleep.", "Is low mood and poor sleep."),
        ("Had gout in the toe.", "The patient has gout in the toe."),
        ("It is hard to sleep at night.", "It was hard to sleep at night."),
        ("It has been a little numb.", "He has been a little numb."),
        ("Get her a wrist brace.", "We will get you a wrist brace."),
        ("Take these for a week.", "I take these for a week."),
        ("With breathlessness, that is urgent.", "Presents of breathlessness, that is urgent."),
        ("A bit of stiffness in the hip.", "The hip is a bit of stiffness."),
        ("Had her tonsils taken out.", "Surgery had taken tonsils out of her."),
        ("The fever came first.", "Um, the fever came first."),
        ("Prescribe a nasal spray.", "I'm going to prescribe a nasal spray."),
    ],
)
def test_another_statement_in_the_same_words_does_not(phrase: str, text: str) -> None:
    assert not keeps_frame(text, [phrase])


def test_several_phrases_are_taken_together() -> None:
    assert keeps_frame("The patient had a fall and has a bruise.", ["Had a fall.", "Has a bruise."])
