from types import SimpleNamespace

import numpy as np
import pytest

from asr.screen import screen
from asr.whisper import Hypothesis
from visit.words import Word

pytestmark = pytest.mark.unit


def gate(voiced):
    return SimpleNamespace(scores=lambda start, end: np.full(10, 255 if voiced(start) else 0, np.uint8))


ALWAYS, NEVER = gate(lambda _: True), gate(lambda _: False)


def words(text, probability=0.9):
    return [Word(part, at * 8000, at * 8000 + 5000, probability) for at, part in enumerate(text.split())]


def test_good_words_pass():
    assert screen(words("my chest hurts"), Hypothesis((), logprob=-0.3), ALWAYS).dropped == {}


def test_doubtful_words_without_a_voice_are_dropped_but_sure_ones_are_only_misplaced():
    assert set(screen(words("my chest hurts", 0.3), Hypothesis(()), NEVER).dropped.values()) == {
        "no voice in the sound"
    }
    assert screen(words("my chest hurts", 0.9), Hypothesis(()), NEVER).dropped == {}


def test_text_the_model_itself_calls_no_speech_is_dropped():
    verdict = screen(words("so it is"), Hypothesis((), logprob=-1.4, no_speech=0.9), ALWAYS)
    assert set(verdict.dropped.values()) == {"the model hears no speech"}


def test_fluent_text_on_what_is_no_speech_is_dropped_unless_it_is_sure():
    murmur = Hypothesis((), logprob=-0.7, no_speech=0.8)
    assert screen(words("we have a lot of work to do", 0.6), murmur, ALWAYS).dropped
    clear = Hypothesis((), logprob=-0.3, no_speech=0.8)
    assert not screen(words("we have a lot of work to do", 0.8), clear, ALWAYS).dropped


def test_thanks_are_kept_when_they_were_clearly_said():
    assert screen(words("Thank you.", 0.9), Hypothesis(()), ALWAYS).dropped == {}
    assert screen(words("Thank you.", 0.4), Hypothesis(()), ALWAYS).dropped


def test_an_echo_of_the_chart_is_dropped_and_its_neighbours_stay():
    heard = [*words("take"), *words("metformin lisinopril ramipril", 0.2)]
    verdict = screen(heard, Hypothesis(()), ALWAYS, ["metformin", "lisinopril", "ramipril"])
    assert sorted(verdict.dropped) == [1, 2, 3]
    assert verdict.kept(len(heard)) == 1
