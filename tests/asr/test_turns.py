import pytest

from asr.turns import TurnBuilder, VoicedWord
from visit.turns import Speaker
from visit.words import Word

pytestmark = pytest.mark.unit
RATE = 16_000


def say(text, voice, start_s, word_s=0.3):
    out = []
    for at, part in enumerate(text.split()):
        begin = start_s + at * word_s
        out.append(VoicedWord(Word(part, int(begin * RATE), int((begin + word_s) * RATE)), voice))
    return out


def builder(roles=None, first=0):
    roles = {} if roles is None else roles
    return TurnBuilder(lambda voice: roles.get(voice, Speaker.UNKNOWN), first)


def test_a_turn_ends_where_another_voice_begins():
    turns = builder()
    closed = turns.add([*say("how are you?", "a", 0), *say("fine, thanks.", "b", 1)])
    assert [turn.text for turn in closed] == ["how are you?"]
    assert [turn.text for turn in turns.close()] == ["fine, thanks."]


def test_a_word_of_unknown_voice_stays_with_its_neighbours():
    turns = builder()
    assert turns.add([*say("it hurts", "a", 0), *say("mm", None, 0.7), *say("here", "a", 1.1)]) == []
    assert turns.close()[0].text == "it hurts mm here"


def test_a_long_pause_and_silence_close_a_turn():
    turns = builder()
    assert [t.text for t in turns.add([*say("one", "a", 0), *say("two", "a", 3)])] == ["one"]
    assert turns.silent_until(int(4.0 * RATE)) == []
    assert [t.text for t in turns.silent_until(int(5.0 * RATE))] == ["two"]


def test_a_monologue_is_cut_at_the_end_of_a_sentence():
    turns = builder()
    closed = turns.add([*say("word " * 110 + "end.", "a", 0), *say("next", "a", 33.4)])
    assert [turn.text.split()[-1] for turn in closed] == ["end."]


def test_indices_go_on_after_a_resume_and_never_change():
    roles = {}
    turns = builder(roles, first=7)
    turns.add([*say("what brings you in?", "a", 0), *say("a cough.", "b", 2)])
    turns.close()
    roles |= {"a": Speaker.CLINICIAN, "b": Speaker.PATIENT}
    revised = turns.revise()
    assert [(t.index, t.speaker, t.text) for t in revised] == [
        (7, Speaker.CLINICIAN, "what brings you in?"),
        (8, Speaker.PATIENT, "a cough."),
    ]
    assert turns.revise() == []
