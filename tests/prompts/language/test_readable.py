"""What can stand in a note as it was said, and what nearly can."""

import pytest

from prompts.language.readable import readable, repaired

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "text",
    [
        "Has a cough for 2 weeks.",
        "Patient to continue to ice it.",
        "Their lungs are clear bilaterally.",
        "If the pain gets worse, go to the emergency room.",
        "Pain comes and goes.",
    ],
)
def test_a_sentence_of_a_note_is_readable(text):
    assert readable(text)


@pytest.mark.parametrize(
    "text",
    [
        "What part of their knee would they say hurts.",
        "Bend their knee up and down does that hurt.",
        "The diagnosis is a fracture of the.",
        "If the redness were to spread.",
        "Sends it to somebody at gmail.",
        "To hear about any chest pain.",
        " ".join(["pain"] * 40),
    ],
)
def test_what_speech_left_hanging_is_not(text):
    assert not readable(text)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Been having headaches.", "has been having headaches"),
        ("Would say it is a weakness, and.", "it is a weakness"),
        ("However, has a rash.", "has a rash"),
        ("Is better now but last week.", "Is better now"),
        ("Has back pain but not any other pain.", "Has back pain but not any other pain"),
    ],
)
def test_small_marks_of_speech_are_taken_off(said, written):
    assert repaired(said) == written


@pytest.mark.parametrize(
    "text",
    [
        "Their father has high.",
        "Think about is doing another test.",
        "How's their sugar been running.",
        "No crackles listen to their heart.",
        "It is it makes for a long day.",
        "Thinks they are otherwise.",
        "Would need to take themselves to hospital.",
        "Anything else today.",
        "If the cough does not go away, or if they are feverish.",
        "Fair enough and how about have her noticed any swelling.",
        "Whereabouts are the head.",
        "She she is well.",
    ],
)
def test_what_speech_left_is_not(text):
    assert not readable(text)
