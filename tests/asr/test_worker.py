import threading
from types import SimpleNamespace

import numpy as np
import pytest

from asr.errors import EngineStopped
from asr.whisper import HeardWord, Hypothesis, Request
from asr.worker import Task, Worker

pytestmark = pytest.mark.unit


class Model:
    """A model that returns the length of each window as its only word."""

    device = "cuda"

    def __init__(self, fail=()):
        self.batches, self.fail = [], set(fail)

    def decode(self, requests):
        assert len({request.key for request in requests}) == 1
        self.batches.append([len(request.audio) for request in requests])
        if self.fail & set(self.batches[-1]):
            raise RuntimeError("broken window")
        return [Hypothesis((HeardWord(str(len(r.audio)), 0, 0, 1, ()),)) for r in requests]


class Lane:
    def __init__(self, sizes, live=True, rank=1, prompt=()):
        self.waiting, self.live, self.rank, self.prompt = list(sizes), live, rank, prompt
        self.got, self.done = [], threading.Event()

    def tasks(self, step_s):
        if not self.waiting:
            return []
        request = Request(np.zeros(self.waiting[0], np.float32), prompt=self.prompt)
        return [Task(self, request, self.rank, 0.0, None)]

    def take(self, task, hypothesis):
        self.got.append(hypothesis.text)
        self.waiting.pop(0)
        if not self.waiting:
            self.done.set()


def serve(model, *lanes):
    worker = Worker(lambda: model)
    with worker._wake:  # all lanes are there before the first round
        for lane in lanes:
            worker.add(lane)
    try:
        assert all(lane.done.wait(60) for lane in lanes)
    finally:
        worker.close()


def test_visits_share_batches_and_each_gets_its_own_words():
    model, lanes = Model(), [Lane([100 + n, 200 + n, 300 + n]) for n in range(8)]
    serve(model, *lanes)
    assert [lane.got for lane in lanes] == [[str(100 + n), str(200 + n), str(300 + n)] for n in range(8)]
    assert max(map(len, model.batches)) > 1


def test_prompts_of_different_length_never_share_a_batch():
    lanes = [Lane([10 + n] * 3, prompt=(1,) * (n % 3)) for n in range(6)]
    serve(Model(), *lanes)  # the model asserts it
    assert all(len(lane.got) == 3 for lane in lanes)


def test_one_broken_window_does_not_fail_the_others():
    model = Model(fail=[13])
    lanes = [Lane([11, 21]), Lane([12, 22]), Lane([13, 23])]
    serve(model, *lanes)
    assert [lane.got for lane in lanes] == [["11", "21"], ["12", "22"], ["", "23"]]


def test_words_that_must_not_wait_go_first():
    model, urgent, patient = Model(), Lane([5], rank=0), Lane([300_000], rank=1)
    serve(model, patient, urgent)
    first = [size for batch in model.batches for size in batch]
    assert first.index(5) <= 1


def test_a_model_that_cannot_load_is_reported_and_nothing_hangs():
    def broken():
        raise OSError("no such model")

    worker = Worker(broken)
    worker.add(Lane([1]))
    worker._thread.join(60)
    assert isinstance(worker.error, OSError)
    with pytest.raises(EngineStopped):
        worker.add(Lane([1]))


def test_steps_grow_when_rounds_are_slow():
    worker = Worker(lambda: SimpleNamespace())
    assert worker.step_s == pytest.approx(0.6)
    worker._round_s = 2.0
    assert worker.step_s == pytest.approx(2.4)
    worker._round_s = 60.0
    assert worker.step_s == 4.0
