"""Spoken text made plain."""

import pytest

from nlp.text import plain, sentences

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("Um, I, I don't, uh, think so.", "i don't think so."),
        ("i do n't have , you know , any pain .", "i don't have any pain."),
        ("It's, it's on the left", "it's on the left"),
        ("i wan na sh- show you", "i wanna show you"),
        ("Mm-hmm. <UNSURE>yes</UNSURE>", "mhm. yes"),
        ("I’m OK", "i'm okay"),
    ],
)
def test_drops_fillers_and_stutters_and_joins_contractions(spoken, expected):
    assert plain(spoken) == expected


def test_marks_the_sentences_that_ask():
    assert [(s.text, s.asks) for s in sentences("Okay. Any fever? Right, any chills ? Good.")] == [
        ("okay", False),
        ("any fever", True),
        ("right, any chills", True),
        ("good", False),
    ]


def test_keeps_decimals_and_titles_whole():
    assert [s.text for s in sentences("The temperature is 98.6. I saw Dr. Smith.")] == [
        "the temperature is 98.6",
        "i saw dr. smith",
    ]


def test_cuts_unpunctuated_speech_into_statements():
    text = (
        "okay your blood pressure is one twenty over eighty and your lungs are clear so let's start you on lisinopril "
        "and i want you to come back in two weeks do you have any questions"
    )
    pieces = [s.text for s in sentences(text)]
    assert any(piece.startswith("so let's start") for piece in pieces)
    assert pieces[-1] == "do you have any questions"


def test_silence_has_no_sentences():
    assert sentences(" ... ") == ()
    assert sentences("") == ()
