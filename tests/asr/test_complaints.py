"""What users of other streaming recognisers complain of; docs/listening.md names the check of each."""

import gc
import random
import re
import time
import weakref
from pathlib import Path

import numpy as np
import pytest
from support.ear import RATE, Said, Script, ScriptedModel, made_up, play, sentence

from asr.engine import WhisperTranscriber
from asr.prompt import MOST_TOKENS
from asr.stream import CommitMachine
from asr.whisper import Hypothesis, Request
from asr.worker import Task, Worker
from visit.charts import Chart
from visit.hearing import CommittedWords, TurnClosed

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("loud_is_voice")]

ROOT = Path(__file__).parents[2]


def committed(events):
    return [word for event in events if isinstance(event, CommittedWords) for word in event.words]


def test_every_complaint_names_a_check_that_exists():
    page = (ROOT / "docs" / "listening.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", page.split("## Complaints")[1], re.M)[1:]
    assert len(rows) >= 18
    for complaint, checks in rows:
        named = re.findall(r"`([^`]+)`", checks)
        assert named, complaint
        for check in named:
            if check.startswith("python -m "):
                assert (ROOT / check.split()[2].replace(".", "/")).with_suffix(".py").is_file(), check
            else:
                path, _, name = check.partition("::")
                assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text("utf-8"), re.M), check


def test_streams_that_come_and_go_leave_nothing_behind(hear):
    script = Script(sentence("one two three"), 2.0)
    transcriber = hear(script)
    gone = []
    for _ in range(200):
        stream = transcriber.open(Chart(), lambda event: None)
        stream.feed(script.sound()[:1600].tobytes())
        stream.abandon()
        gone.append(weakref.ref(stream))
        del stream
    transcriber._worker.wake()
    assert transcriber._worker._lanes == []
    gc.collect()
    assert sum(ref() is not None for ref in gone) <= 2  # the engine's thread may still hold what it looked at last


def test_the_first_turn_of_a_long_visit_stays_as_it_was(hear):
    names, words, at = made_up(600), [], 0.5
    for start in range(0, 600, 6):
        words += sentence(" ".join(names[start : start + 6]) + ".", at)
        at = words[-1].end + 5.0
    script, events = Script(words, at), []
    stream = hear(script).open(Chart(), events.append)
    sound = script.sound()
    for start in range(0, len(sound), RATE):
        stream.feed(sound[start : start + RATE].tobytes())
    stream.finish()
    closed = [event.turn for event in events if isinstance(event, TurnClosed)]
    assert [turn.index for turn in closed] == sorted({turn.index for turn in closed}), "no turn is told twice"
    assert closed[0].text.split() == [word.text for word in words[:6]]
    assert [word.text for word in committed(events)] == [word.text for word in words]


def test_a_word_said_just_before_stop_is_written(hear):
    script = Script([*sentence("this is the"), Said("end", 1.6, 1.9)], 2.1)
    events = []
    stream = hear(script).open(Chart(), events.append)
    stream.feed(script.sound().tobytes())
    stream.finish()
    assert [word.text for word in committed(events)] == ["this", "is", "the", "end"]


def test_twenty_minutes_of_silence_end_nothing(hear):
    script = Script([*sentence("before", 0.5), *sentence("after", 1202.0)], 1204.0)
    events = []
    stream = hear(script).open(Chart(), events.append)
    sound = script.sound()
    for start in range(0, len(sound), 10 * RATE):
        stream.feed(sound[start : start + 10 * RATE].tobytes())
    stream.finish()
    assert [word.text for word in committed(events)] == ["before", "after"]


def test_eight_visits_with_prompts_of_different_length_each_keep_their_own_words(hear):
    names = made_up(160)
    script = Script([w for n in range(8) for w in sentence(" ".join(names[20 * n : 20 * n + 20]), 10.0 * n)], 80.0)
    transcriber, heard = hear(script), [[] for _ in range(8)]
    streams = [
        transcriber.open(Chart(medications=tuple(f"drug{k}" for k in range(n))), heard[n].append) for n in range(8)
    ]
    sound = script.sound()
    for at in range(0, 10 * RATE, RATE):
        for n, stream in enumerate(streams):
            stream.feed(sound[10 * n * RATE + at :][: min(RATE, 10 * RATE - at)].tobytes())
    for stream in streams:
        stream.finish()
    assert [[w.text for w in committed(events)] for events in heard] == [names[20 * n : 20 * n + 20] for n in range(8)]


def test_waiting_visits_are_served_in_turn():
    served: list[int] = []

    class Waiting:
        live = True

        def __init__(self, name: int) -> None:
            self.name, self.last = name, 0

        def tasks(self, step_s: float) -> list[Task]:
            return [Task(self, Request(np.zeros(RATE, np.float32)), 1, len(served) - self.last, None)]

        def take(self, task: Task, hypothesis: Hypothesis) -> None:
            served.append(self.name)
            self.last = len(served)

    model = ScriptedModel(Script([], 1.0))
    worker = Worker(lambda: model, threaded=False)
    for n in range(6):
        worker.add(Waiting(n))
    for _ in range(60):
        worker.round(model)
    counts = [served.count(n) for n in range(6)]
    assert max(counts) / min(counts) < 1.5


def test_word_times_do_not_drift_over_thirty_pauses():
    words, at = [], 0.5
    chance = random.Random(3)
    for name in made_up(31):
        words.append(Said(name, at, at + 0.4))
        at += chance.uniform(1.0, 6.0)
    machine, script = CommitMachine(), Script(words, at + 1)
    heard = committed(play(machine, script))
    assert [word.text for word in heard] == [word.text for word in words]
    assert max(abs(h.start / RATE - w.start) for h, w in zip(heard, words, strict=True)) < 0.3


def test_a_list_of_sixty_drugs_leaves_room_for_text():
    transcriber = WhisperTranscriber(Path("unused"))
    transcriber._worker._load = lambda: ScriptedModel(Script([], 1.0))
    bias = transcriber._bias(Chart(medications=tuple(f"drug{n} of several words" for n in range(60))))
    prompt = transcriber._prompt(bias)
    prompt.add(range(5000))
    assert 0 < len(bias.tokens) < 80
    assert len(prompt.tokens()) <= MOST_TOKENS


def test_a_clock_that_jumps_changes_no_word(monkeypatch, hear):
    script, jumps = Script(sentence("the clock jumps back and forth all the time."), 5.0), random.Random(1)
    monkeypatch.setattr(time, "time", lambda: jumps.uniform(0, 4e9))
    events = []
    stream = hear(script).open(Chart(), events.append)
    stream.feed(script.sound().tobytes())
    stream.finish()
    assert [word.text for word in committed(events)] == [word.text for word in script.words]
