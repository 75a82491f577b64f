import random
from dataclasses import replace

import numpy as np
import pytest
from support.ear import RATE, Said, Script, made_up, play, sentence

from asr.stream import CommitMachine, Kind
from asr.whisper import HeardWord, Hypothesis
from visit.hearing import CommittedWords, PartialWords, Rejected

pytestmark = [pytest.mark.unit, pytest.mark.usefixtures("loud_is_voice")]


def committed(events):
    return [word for event in events if isinstance(event, CommittedWords) for word in event.words]


def texts(events):
    return [word.text for word in committed(events)]


def monologue(count, rate_s=0.3):
    step = rate_s + 0.02
    return [Said(word, 0.5 + at * step, 0.5 + at * step + rate_s) for at, word in enumerate(made_up(count))]


def test_every_word_is_committed_once_and_in_order():
    script = Script(sentence("one two three four.") + sentence("five six.", 4.0) + sentence("seven", 9.0), 12.0)
    assert texts(play(CommitMachine(), script)) == ["one", "two", "three", "four.", "five", "six.", "seven"]


@pytest.mark.parametrize("seed", range(8))
def test_no_word_is_lost_or_doubled_whatever_the_pauses(seed):
    rng, at, words = random.Random(seed), 0.5, []
    for number in range(120):
        length = rng.uniform(0.26, 0.6)
        words.append(Said(f"w{number}" + rng.choice(["", "", "."]), at, at + length))
        at += length + rng.choice([0.0, 0.02, 0.1, 0.3, 0.7, 1.4, 4.0, 35.0] if rng.random() < 0.3 else [0.02])
    events = play(CommitMachine(), Script(words, at + 1.0), block=rng.choice([160, 1600, 4000]))
    assert texts(events) == [word.text for word in words]


def test_words_keep_their_place_in_the_visit_across_cut_pauses():
    words = [*sentence("early words here."), *sentence("late words here.", 7.3)]
    heard = committed(play(CommitMachine(), Script(words, 10.0)))
    for word, said in zip(heard, words, strict=True):
        assert abs(word.start / RATE - said.start) < 0.05
        assert abs(word.end / RATE - said.end) < 0.05


def test_a_resumed_machine_counts_from_where_it_resumed():
    first = 50 * RATE
    script = Script(sentence("still here."), 3.0)
    machine = CommitMachine(first_sample=first)

    def hear(job):
        heard = [HeardWord(w.text, w.start - 0.3, w.end - 0.3, 0.9, (at,)) for at, w in enumerate(script.words)]
        return Hypothesis(tuple(heard))

    script.hear = hear
    assert [word.start >= first for word in committed(play(machine, script))] == [True, True]


def test_a_word_needs_two_decodings_and_sound_after_it():
    machine, script = CommitMachine(), Script(monologue(30), 11.0)
    sound = script.sound()
    machine.feed(sound[: 3 * RATE])
    job = machine.next_job()
    assert job.kind is Kind.PARTIAL
    events = machine.apply(job, script.hear(job))
    assert texts(events) == []  # said once
    assert [len(e.words) for e in events if isinstance(e, PartialWords)] == [7]
    machine.feed(sound[3 * RATE : int(3.7 * RATE)])
    job = machine.next_job()
    again = texts(machine.apply(job, script.hear(job)))
    assert again == [word.text for word in script.words[:7]]
    assert all(w.end / RATE <= 3.7 - 0.6 for w in script.words[:7])


def test_words_two_decodings_disagree_on_wait():
    machine, script = CommitMachine(), Script(monologue(30), 11.0)
    machine.feed(script.sound()[: 3 * RATE])
    job = machine.next_job()
    machine.apply(job, script.hear(job))
    machine.feed(script.sound()[3 * RATE : 4 * RATE])
    script.words[2] = Said("other", script.words[2].start, script.words[2].end)
    job = machine.next_job()
    assert texts(machine.apply(job, script.hear(job))) == [word.text for word in script.words[:2]]


@pytest.mark.parametrize(("step_s", "second"), [(0.6, 2), (2.4, 4)])
def test_a_doubtful_word_waits_for_more_sound_and_so_do_those_behind_it(step_s, second):
    machine, script = CommitMachine(), Script(monologue(30), 11.0)
    honest, ends = script.hear, []

    def unsure_of_the_third(job):
        heard = [replace(w, probability=0.3 if w.tokens == (2,) else 0.9) for w in honest(job).words]
        return Hypothesis(tuple(heard), logprob=-0.2, prefix_logprob=-0.2)

    for until in (2.0, 2.6, 3.2):
        machine.feed(script.sound()[machine.buffer.end : int(until * RATE)])
        job = machine.next_job(min(step_s, machine.waiting_s))
        machine.next_job(step_s)  # what the worker asks for next
        ends.append(texts(machine.apply(job, unsure_of_the_third(job))))
    assert ends == [[], [w.text for w in script.words[:second]], [w.text for w in script.words[second:6]]]


def test_an_utterance_that_was_settled_in_its_pause_is_committed_without_another_decoding():
    machine, script = CommitMachine(), Script(sentence("all of this."), 4.0)
    events = play(machine, script)
    assert texts(events) == ["all", "of", "this."]
    assert Kind.ENDPOINT not in [job.kind for job in script.decoded]
    assert Kind.SETTLE in [job.kind for job in script.decoded]


def test_committed_words_are_forced_and_windows_stay_short():
    script = Script(monologue(200), 66.0)
    assert texts(play(CommitMachine(), script)) == [w.text for w in script.words]
    assert any(job.request.prefix for job in script.decoded)
    assert max(len(job.request.audio) for job in script.decoded) < 13 * RATE


def test_speech_on_which_no_two_decodings_agree_is_committed_by_force():
    script, machine = Script(monologue(150), 49.0), CommitMachine()
    honest = script.hear
    flip = [0]

    def wavering(job):
        flip[0] += 1
        heard = honest(job)
        if job.kind is Kind.PARTIAL:
            return Hypothesis(
                tuple(HeardWord(f"{w.text}{flip[0]}", w.start, w.end, 0.9, w.tokens) for w in heard.words)
            )
        return heard

    script.hear = wavering
    assert texts(play(machine, script)) == [w.text for w in script.words]
    assert Kind.FORCED in [job.kind for job in script.decoded]


def test_a_repeating_window_is_tried_again_and_then_refused_with_a_reason():
    script, machine = Script(sentence("good words."), 3.0), CommitMachine()
    tried = []

    def loop(job):
        tried.append(job.request)
        return Hypothesis(tuple(HeardWord("and", 0.3, 0.5, 0.9, (1,)) for _ in range(20)))

    script.hear = loop
    events = play(machine, script)
    assert texts(events) == []
    assert [event.reason for event in events if isinstance(event, Rejected)] == ["repetition"]
    assert {request.temperature for request in tried} >= {0.0, 0.2, 0.4}
    assert tried[-1].window == 30
    assert machine.idle


def test_speech_without_words_is_decoded_again_and_then_reported():
    script, machine = Script(monologue(12), 7.0), CommitMachine()
    script.hear = lambda job: Hypothesis(())
    events = play(machine, script)
    assert [event.reason for event in events if isinstance(event, Rejected)] == ["speech without words"]


def test_a_passage_that_is_written_twice_is_committed_once():
    script, machine = Script(monologue(12), 6.0), CommitMachine()
    honest = script.hear

    def twice(job):
        if job.kind is Kind.PARTIAL:
            return Hypothesis(())
        heard = honest(job)
        end = heard.words[-1].end
        return replace(heard, words=heard.words + tuple(replace(w, start=end, end=end) for w in heard.words))

    script.hear = twice
    assert texts(play(machine, script)) == [word.text for word in script.words]


def test_words_that_were_placed_too_early_are_not_committed_again():
    script, machine = Script(monologue(12), 6.0), CommitMachine()
    honest, careful = script.hear, []

    def squeezed(job):
        heard = honest(job)
        if job.kind is Kind.PARTIAL:
            return Hypothesis(())
        careful.append(job)
        if len(careful) == 1:
            return replace(heard, words=tuple(replace(w, start=0.2, end=0.2) for w in heard.words))
        return heard

    script.hear = squeezed
    events = play(machine, script)
    assert texts(events) == [word.text for word in script.words]
    assert len(careful) == 2
    assert [event.reason for event in events if isinstance(event, Rejected)] == ["repetition"]


def test_a_prefix_that_no_longer_fits_is_dropped():
    script, machine = Script(monologue(60), 21.0), CommitMachine()
    honest, prefixes = script.hear, []

    def collapse(job):
        prefixes.append(job.request.prefix)
        heard = honest(job)
        if len(prefixes) == 6:
            return Hypothesis(heard.words, prefix_logprob=-4.0)
        return heard

    script.hear = collapse
    assert texts(play(machine, script)) == [w.text for w in script.words]
    assert prefixes[5]
    assert prefixes[6] == ()


def test_silence_wants_no_decoding_and_takes_no_memory():
    machine = CommitMachine()
    for _ in range(600):
        machine.feed(np.zeros(RATE, np.int16))
        assert machine.next_job() is None
    assert len(machine.buffer.raw(0, 600 * RATE)) <= 3 * RATE


def test_an_hour_of_talk_is_heard_in_bounded_memory():
    machine, held = CommitMachine(), 0
    silence, voice = np.zeros(RATE, np.int16), np.full(4 * RATE, 8000, np.int16)

    def answer(job):
        end = len(job.request.audio) / RATE
        return Hypothesis((HeardWord("word", max(0.0, end - 1.0), end - 0.4, 0.9, (1,)),))

    for _ in range(720):
        for sound in (voice, silence):
            machine.feed(sound)
            while (job := machine.next_job()) is not None:
                machine.apply(job, answer(job))
            machine.ready()
        held = max(held, len(machine.buffer.raw(0, machine.gate.position)))
    assert held < 30 * RATE
    assert len(machine.gate.scores(0, machine.gate.position)) < 30 * RATE / 512
    assert len(machine.buffer.spans) < 20


def test_a_backlog_is_heard_in_full_windows():
    words = [w for at in range(20) for w in sentence(" ".join(made_up(60)[3 * at : 3 * at + 3]), 0.5 + 4 * at)]
    script, machine = Script(words, 81.0), CommitMachine()
    machine.feed(script.sound())
    machine.finish()
    events = []
    while (job := machine.next_job()) is not None:
        events += machine.apply(job, script.hear(job))
    assert texts(events) == [word.text for word in words]
    assert len(script.decoded) <= 6


class Mishears(Script):
    """A short word heard alone is taken for another, with doubt; beside others it is heard right."""

    def hear(self, job):
        heard = super().hear(job)
        if [word.text for word in heard.words] == ["hello"]:
            word = heard.words[0]
            return Hypothesis((HeardWord("yellow", word.start, word.end, 0.3, word.tokens),), logprob=-0.6)
        return heard


def test_a_short_doubtful_utterance_waits_and_is_heard_with_the_next():
    script = Mishears([Said("hello", 0.5, 1.0), *sentence("can you hear me?", 2.2)], 5.0)
    assert texts(play(CommitMachine(), script)) == ["hello", "can", "you", "hear", "me?"]


def test_a_short_doubtful_utterance_that_nothing_follows_is_written_after_two_seconds():
    script, machine = Mishears([Said("hello", 0.5, 1.0)], 6.0), CommitMachine()
    sound, at = script.sound(), None
    for start in range(0, len(sound), 1600):
        machine.feed(sound[start : start + 1600])
        events = machine.ready()
        while (job := machine.next_job()) is not None:
            events += machine.apply(job, script.hear(job))
        if texts(events) and at is None:
            at = (start + 1600) / RATE
    assert at is not None
    assert 3.0 <= at <= 3.3


def test_a_short_doubtful_utterance_at_the_very_end_is_not_lost():
    assert texts(play(CommitMachine(), Mishears([Said("hello", 0.5, 1.0)], 1.3))) == ["yellow"]


class SkipsTheLast(Script):
    """Of several utterances in one window, those after the first are not heard."""

    def hear(self, job):
        heard = super().hear(job)
        first = [w for w in heard.words if w.start < job.map.pieces[0].end / RATE - job.map.pieces[0].start / RATE]
        return Hypothesis(tuple(first), logprob=-0.2, prefix_logprob=-0.2)


def test_an_utterance_that_a_shared_window_passed_over_is_decoded_by_itself():
    script = SkipsTheLast([*sentence("the first of two."), Said("hello", 4.0, 4.7)], 6.0)
    machine = CommitMachine()
    machine.feed(script.sound())  # all at once, as after a stall: both utterances wait
    machine.finish()
    events = []
    while (job := machine.next_job()) is not None:
        events += machine.apply(job, script.hear(job))
    assert texts(events) == ["the", "first", "of", "two.", "hello"]
