"""The transcriber as a whole over a scripted model: live streams, the final pass and the doors."""

import threading
import wave

import numpy as np
import pytest
from support.ear import RATE, Said, Script, ScriptedModel, made_up, sentence

from asr.door import live_file, transcribe_file
from asr.errors import EngineStopped, TruncatedAudio
from asr.worker import DEGRADED_LAG_S
from visit.charts import Chart
from visit.hearing import CommittedWords, HearingState, HearingStatus, Rejected, TurnClosed
from visit.turns import Speaker

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("loud_is_voice")]


def visit(count=60):
    """A visit of short sentences with pauses, some of them long."""
    names, words, at = made_up(count), [], 0.5
    for start in range(0, count, 5):
        words += sentence(" ".join(names[start : start + 5]) + ".", at)
        at = words[-1].end + (0.8 if start % 3 else 2.5)
    return Script(words, at)


def feed(stream, sound, block=1600):
    for start in range(0, len(sound), block):
        stream.feed(np.ascontiguousarray(sound[start : start + block]).tobytes())


def committed(events):
    return [word for event in events if isinstance(event, CommittedWords) for word in event.words]


def turns(events):
    return {event.turn.index: event.turn for event in events if isinstance(event, TurnClosed)}


def test_a_visit_is_heard_word_for_word_and_closed_into_turns(hear):
    script, events = visit(), []
    stream = hear(script).open(Chart(), events.append)
    feed(stream, script.sound())
    stream.finish()
    said = [word.text for word in script.words]
    assert [word.text for word in committed(events)] == said
    closed = turns(events)
    assert sorted(closed) == list(range(len(closed)))
    assert " ".join(closed[index].text for index in sorted(closed)).split() == said
    assert {turn.speaker for turn in closed.values()} == {Speaker.UNKNOWN}


def test_sound_may_come_in_any_pieces_even_half_samples(hear):
    script, events = visit(20), []
    stream = hear(script).open(Chart(), events.append)
    pcm = script.sound().tobytes()
    for start in range(0, len(pcm), 3333):
        stream.feed(pcm[start : start + 3333])
    stream.finish()
    assert [word.text for word in committed(events)] == [word.text for word in script.words]


def test_visits_side_by_side_hear_only_themselves(hear):
    script = visit(40)
    transcriber, heard = hear(script), [[] for _ in range(4)]
    halves = [script.sound() for _ in range(4)]
    for at, half in enumerate(halves):
        half[: len(half) // 2 if at % 2 else 0] = 0
    streams = [transcriber.open(Chart(), events.append) for events in heard]
    threads = [threading.Thread(target=feed, args=pair) for pair in zip(streams, halves, strict=True)]
    for thread in [*threads]:
        thread.start()
    for thread in threads:
        thread.join()
    for stream in streams:
        stream.finish()
    said = [word.text for word in script.words]
    assert [word.text for word in committed(heard[0])] == [word.text for word in committed(heard[2])] == said
    late = [word.text for word in committed(heard[1])]
    assert late == said[-len(late) :]
    assert len(late) < len(said)


def test_a_resumed_visit_counts_on(hear):
    script, events = visit(20), []
    stream = hear(script).open(Chart(), events.append, first_sample=800_000, first_turn=12)
    feed(stream, script.sound())
    stream.finish()
    assert min(turns(events)) == 12
    assert committed(events)[0].start == pytest.approx(800_000 + 0.5 * RATE, abs=1000)


def test_two_channels_have_exact_speakers(hear):
    script, events = visit(30), []
    sound = script.sound()
    marks = {f"{word.text}": at for at, word in enumerate(script.words)}
    clinician = np.where((sound - 8000) // 5 % 2 == 0, sound, 0)
    patient = np.where((sound > 0) & (clinician == 0), sound, 0)
    stream = hear(script).open(Chart(), events.append, channels=2)
    feed(stream, np.stack([clinician, patient], axis=1).astype(np.int16))
    stream.finish()
    closed = turns(events).values()
    assert sum(len(turn.words) for turn in closed) == 30
    for turn in closed:
        mine = Speaker.CLINICIAN if marks[turn.words[0].text] // 5 % 2 == 0 else Speaker.PATIENT
        assert turn.speaker is mine


def test_silence_commits_nothing(hear):
    events = []
    stream = hear(visit()).open(Chart(), events.append)
    feed(stream, np.zeros(30 * RATE, np.int16), RATE)
    stream.finish()
    assert events == []


def test_finish_returns_only_after_the_last_words_are_out(hear):
    script, events = visit(20), []

    def slowly(event):
        if isinstance(event, CommittedWords):
            threading.Event().wait(0.7)  # a slow listener must not let finish overtake it
        events.append(event)

    stream = hear(script).open(Chart(), slowly)
    feed(stream, script.sound())
    stream.finish()
    assert [word.text for word in committed(events)] == [word.text for word in script.words]
    assert turns(events)


def test_an_abandoned_stream_says_nothing_more(hear):
    script, events = visit(), []
    stream = hear(script).open(Chart(), events.append)
    feed(stream, script.sound()[: 3 * RATE])
    stream.abandon()
    count = len(events)
    stream.feed(bytes(64000))
    stream.finish()
    assert committed(events[count:]) == []


def test_a_window_that_cannot_be_decoded_is_reported_and_the_visit_goes_on(hear):
    script, events = visit(150), []
    transcriber = hear(script)
    model = ScriptedModel(script)
    honest = model.decode

    def decode(requests):
        if any((np.round(request.audio * 32768) == 8007).any() for request in requests):
            raise RuntimeError("out of memory")
        return honest(requests)

    model.decode = decode
    transcriber._worker._load = lambda: model
    stream = transcriber.open(Chart(), events.append)
    feed(stream, script.sound())
    stream.finish()
    heard = [word.text for word in committed(events)]
    assert heard[-5:] == [word.text for word in script.words[-5:]]
    assert any(isinstance(event, Rejected) for event in events)


def test_a_closed_engine_refuses_instead_of_hanging(hear):
    transcriber = hear(visit())
    stream = transcriber.open(Chart(), lambda _: None)
    transcriber.close()
    with pytest.raises(EngineStopped):
        stream.feed(bytes(3200))


class TestFinalPass:
    def test_the_whole_visit_is_heard_again(self, hear, tmp_path):
        script, done = visit(200), []
        (tmp_path / "v.pcm").write_bytes(script.sound().tobytes())
        transcript = hear(script).finalise(tmp_path / "v.pcm", Chart(), progress=done.append)
        assert " ".join(turn.text for turn in transcript.turns).split() == [word.text for word in script.words]
        assert [turn.index for turn in transcript.turns] == list(range(len(transcript.turns)))
        assert transcript.gaps == ()
        assert transcript.model == "scripted"
        assert transcript.duration_s == pytest.approx(script.length_s, abs=0.01)
        assert done[-1] == 1.0
        assert done == sorted(done)

    @pytest.mark.parametrize("samples", [0, 1, 30 * RATE])
    def test_nothing_said_is_no_turns(self, hear, tmp_path, samples):
        (tmp_path / "v.pcm").write_bytes(bytes(2 * samples))
        assert hear(visit()).finalise(tmp_path / "v.pcm", Chart()).turns == ()

    def test_speech_that_cannot_be_written_down_is_a_gap(self, hear, tmp_path):
        script = visit(30)
        sound = script.sound()
        lost = Script([word for word in script.words if not 4 < word.start < 9], script.length_s)
        lost.words = [w if w in lost.words else Said("", w.start, w.start) for w in script.words]
        transcriber = hear(lost)
        honest = ScriptedModel(lost)
        whole = honest._hear
        honest._hear = lambda request: _without_blank(whole(request))
        transcriber._worker._load = lambda: honest
        (tmp_path / "v.pcm").write_bytes(sound.tobytes())
        transcript = transcriber.finalise(tmp_path / "v.pcm", Chart())
        assert transcript.gaps
        assert all(3.5 < gap.start / RATE < 9.5 for gap in transcript.gaps)


def _without_blank(hypothesis):
    return type(hypothesis)(tuple(word for word in hypothesis.words if word.text), logprob=-0.2)


class TestDoors:
    def save(self, path, sound):
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(sound.tobytes())
        return path

    def test_a_file_becomes_a_transcript(self, hear, tmp_path):
        script = visit(30)
        transcript = transcribe_file(hear(script), self.save(tmp_path / "v.wav", script.sound()), Chart())
        assert " ".join(turn.text for turn in transcript.turns).split() == [word.text for word in script.words]

    def test_a_file_played_live_gives_rows_of_events(self, hear, tmp_path):
        script, rows = visit(30), []
        path = self.save(tmp_path / "v.wav", script.sound())
        transcript = live_file(hear(script), path, Chart(), 1000.0, rows.append)
        final = [row for row in rows if row["type"] == "final"]
        said = [word.text for word in script.words]
        assert " ".join(row["text"] for row in final).split() == said
        assert " ".join(turn.text for turn in transcript.turns).split() == said
        assert all(row["start"] <= row["end"] for row in final)
        assert [row["t"] for row in rows] == sorted(row["t"] for row in rows)
        assert "speaker" not in final[0]  # nobody's role is known, so none is claimed

    def test_a_truncated_file_is_heard_as_far_as_it_goes(self, hear, tmp_path):
        script, rows = visit(30), []
        path = self.save(tmp_path / "v.wav", script.sound())
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        transcriber = hear(script)
        with pytest.raises(TruncatedAudio):
            live_file(transcriber, path, Chart(), 1000.0, rows.append)
        assert sum(len(row["text"].split()) for row in rows if row["type"] == "final") > 10


def test_an_engine_that_falls_behind_says_so_stops_guessing_and_loses_no_word(hear):
    script, events, gate, kinds = visit(80), [], threading.Event(), []

    class Slow(ScriptedModel):
        def decode(self, requests):
            gate.wait(20)
            return super().decode(requests)

    transcriber = hear(script)
    transcriber._worker._load = lambda: Slow(script)
    stream = transcriber.open(Chart(), events.append)
    choose = transcriber._worker._choose
    transcriber._worker._choose = lambda cuda: kinds.append(choose(cuda)) or kinds[-1]
    sound = script.sound()
    feed(stream, sound[: 20 * RATE])
    behind = stream.lag_s
    gate.set()
    feed(stream, sound[20 * RATE :])
    stream.finish()
    assert behind > DEGRADED_LAG_S
    told = [event.state for event in events if isinstance(event, HearingStatus)]
    assert told[0] is HearingState.DEGRADED
    for batch in kinds:
        assert all(task.job.urgent for task in batch if task.late_s > DEGRADED_LAG_S)
    assert [word.text for word in committed(events)] == [word.text for word in script.words]


def test_hearing_that_has_caught_up_says_so(hear):
    script, events = visit(40), []
    transcriber = hear(script)
    stream = transcriber.open(Chart(), events.append)
    stream._report(DEGRADED_LAG_S + 1)
    stream._report(DEGRADED_LAG_S * 0.7)
    stream._report(DEGRADED_LAG_S * 0.4)
    told = [event.state for event in events if isinstance(event, HearingStatus)]
    assert told == [HearingState.DEGRADED, HearingState.LISTENING]
    stream.abandon()
