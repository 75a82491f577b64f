import numpy as np
import pytest

from asr.bias import Bias
from asr.buffer import Piece, SampleMap
from asr.prompt import Prompt
from asr.vad import Span
from asr.whisper import LONGEST_S, TEMPERATURES, WINDOWS_S, HeardWord, Hypothesis
from asr.window import Placed, Window
from visit.words import Word

pytestmark = pytest.mark.unit
RATE = 16_000
OPENING = tuple(range(31))


def window(seconds=10):
    """A window over so many seconds of speech without a pause."""
    made = Window(0, Prompt(Bias(), 999, OPENING))
    made.buffer.append(np.full(seconds * RATE, 9000, np.int16))
    made.gate.position = seconds * RATE
    made.buffer.spans.append(Span(0, seconds * RATE, seconds * RATE, closed=True))
    return made


def place(text, start_s, *tokens):
    return Placed(Word(text, int(start_s * RATE), int((start_s + 0.4) * RATE)), tokens)


def test_committed_words_are_forced_and_those_that_leave_become_the_prompt():
    heard = window()
    heard.commit([place("one.", 1, 7), place("two", 4, 8), place("three", 5, 9)])
    request, places = heard.request(8 * RATE, beam=1, attempt=0)
    assert (request.prefix, request.prompt) == ((7, 8, 9), (999, *OPENING))
    assert (places.length, places.end) == (8 * RATE, 8 * RATE)
    assert heard.cut_back(2.0)
    request, _ = heard.request(8 * RATE, beam=1, attempt=0)
    assert request.prefix == (8, 9)
    assert heard.start == 4 * RATE - RATE // 10
    heard.begin_after(0)
    assert heard.start == heard.committed_to == int(5.4 * RATE)
    heard._prompt.add(range(100, 114))
    assert heard.request(8 * RATE, beam=1, attempt=0)[0].prompt[-16:-13] == (8, 9, 100)


def test_a_window_is_cut_back_to_the_start_of_a_sentence_and_never_to_nothing():
    heard = window()
    assert not heard.cut_back(5.0)
    heard.commit([place("a", 1), place("b.", 3), place("c", 4), place("d", 5)])
    assert heard.cut_back(3.0)
    assert [placed.word.text for placed in heard.context] == ["c", "d"]


def test_further_attempts_are_told_less_and_are_warmer():
    heard = window()
    first, *more = (heard.request(RATE, beam=5, attempt=n)[0] for n in range(len(TEMPERATURES)))
    assert first.prompt
    assert not any(request.prompt for request in more)
    assert {request.window for request in more} == {WINDOWS_S[-1]}
    assert [request.temperature for request in (first, *more)] == list(TEMPERATURES)


def test_a_full_window_ends_where_the_voice_is_weakest():
    heard = window(40)
    heard.gate.scores = lambda start, end: np.r_[[200] * 20, 3, [200] * ((end - start) // 512 - 21)].astype(np.uint8)
    end = int(LONGEST_S * RATE)
    assert heard.full_end() == end - 3 * RATE + 21 * 512
    assert window(9).full_end() == 9 * RATE


def test_words_that_were_committed_are_not_heard_twice_once_they_left_the_window():
    heard = window()
    heard.commit([place("one", 1)])
    heard.begin_after(0)
    again = Hypothesis((HeardWord("one", 1.0, 1.4, 0.9, (7,)), HeardWord("two", 2.0, 2.4, 0.9, (8,))))
    found = heard.words(SampleMap([Piece(0, 4 * RATE)]), again)
    assert [placed.word.text for placed in found] == ["two"]


def test_a_sudden_fall_of_the_committed_words_probability_is_a_collapse():
    heard = window()
    heard.commit([place("one", 1)])
    verdicts = [heard.collapsed(Hypothesis((), prefix_logprob=value)) for value in (-0.3, -0.6, -1.7)]
    assert verdicts == [False, False, True]
