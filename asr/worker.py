"""One thread that owns the model and serves every visit and every final pass of the process.

Nothing queues up: each round the worker asks its lanes what they want decoded *now*, so a slow machine makes
partial results rarer, never older. Words that must not wait go first; windows of equal shape share a batch.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from asr.errors import EngineStopped
from asr.whisper import Hypothesis, Request, Whisper

log = logging.getLogger(__name__)

FASTEST_STEP_S: Final = 0.5
SLOWEST_STEP_S: Final = 4.0
DEGRADED_LAG_S: Final = 5.0
"""A lane this far behind gets no more partial results until it has caught up."""

_FAILED: Final = Hypothesis(())


@dataclass(frozen=True, slots=True)
class Task:
    """A window that a lane wants decoded. ``rank`` orders tasks, smallest first; ``late_s`` breaks ties."""

    lane: "Lane"
    request: Request
    rank: int
    late_s: float
    job: object


class Lane(Protocol):
    """Something that wants windows decoded: a channel of a live visit, or a final pass."""

    live: bool

    def tasks(self, step_s: float) -> Sequence[Task]:
        """Windows wanted now. What is not decoded this round is asked for again."""

    def take(self, task: Task, hypothesis: Hypothesis) -> None:
        """The result of one of the tasks."""


class Worker:
    """The engine's thread. Lanes come and go; the model is loaded once, on the thread that uses it."""

    def __init__(
        self, load: Callable[[], Whisper], *, clock: Callable[[], float] = time.monotonic, threaded: bool = True
    ) -> None:
        """``load`` makes the model for the first lane. Not ``threaded``, the caller runs each :meth:`round`."""
        self._load, self._clock, self._threaded = load, clock, threaded
        self._model: Whisper | None = None
        self._lanes: list[Lane] = []
        self._wake = threading.Condition()
        self._woken = self._stopped = False
        self._thread: threading.Thread | None = None
        self._round_s = FASTEST_STEP_S
        self._failures: dict[int, int] = {}
        self.error: Exception | None = None

    @property
    def step_s(self) -> float:
        """New speech a partial decoding waits for: longer when a round of all lanes takes longer."""
        return min(SLOWEST_STEP_S, max(FASTEST_STEP_S, 1.2 * self._round_s))

    @property
    def alive(self) -> bool:
        """Whether lanes are being served."""
        return not self._stopped and self.error is None

    def model(self) -> Whisper:
        """The model, loaded at the first call."""
        with self._wake:
            if self._model is None:
                self._model = self._load()
            return self._model

    def add(self, lane: Lane) -> None:
        """Serve a lane from now on."""
        with self._wake:
            if not self.alive:
                raise EngineStopped("the speech engine is not running")
            self._lanes.append(lane)
            if self._thread is None and self._threaded:
                self._thread = threading.Thread(target=self._run, name="asr-engine", daemon=True)
                self._thread.start()
        self.wake()

    def remove(self, lane: Lane) -> None:
        """Stop serving a lane."""
        with self._wake:
            self._lanes = [other for other in self._lanes if other is not lane]
            self._failures.pop(id(lane), None)

    def wake(self) -> None:
        """There may be something to do."""
        with self._wake:
            self._woken = True
            self._wake.notify_all()

    def close(self) -> None:
        """Stop the thread after the batch in hand and drop the model."""
        with self._wake:
            self._stopped = True
            self._wake.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=60)
        self._model = None

    def _run(self) -> None:
        try:
            model = self.model()
            while not self._stopped:
                if not self.round(model):
                    self._rest()
        except Exception as error:
            log.exception("the speech engine stopped")
            self.error = error

    def round(self, model: Whisper) -> bool:
        """Decode one batch; returns whether any lane wanted one."""
        batch = self._choose(model.device == "cuda")
        if batch:
            self._serve(model, batch)
        return bool(batch)

    def _rest(self) -> None:
        with self._wake:
            self._wake.wait_for(lambda: self._woken or self._stopped, timeout=1.0)
            self._woken = False

    def _choose(self, cuda: bool) -> list[Task]:
        """The next batch: the most urgent task and those that can share its encoder pass."""
        with self._wake:
            lanes = list(self._lanes)
            self._woken = False
        tasks = sorted((t for lane in lanes for t in lane.tasks(self.step_s)), key=lambda t: (t.rank, -t.late_s))
        if not tasks:
            return []
        most = 16 if cuda else 4
        alike = [task for task in tasks if task.request.key == tasks[0].request.key]
        live = [task for task in alike if task.lane.live]
        final = [task for task in alike if not task.lane.live]
        if any(lane.live for lane in lanes):
            final = final[: max(1, most // 3)] if not live or cuda else []
        return (live + final)[:most]

    def _serve(self, model: Whisper, batch: list[Task]) -> None:
        began = self._clock()
        results: Sequence[Hypothesis | None]
        try:
            results = model.decode([task.request for task in batch])
        except Exception:
            if len(batch) > 1:  # one bad window must not fail the others
                for task in batch:
                    self._serve(model, [task])
                return
            results = self._failed(batch[0])
        took = self._clock() - began
        if any(task.lane.live for task in batch):
            self._round_s += 0.2 * (took * max(1, self._waves(batch)) - self._round_s)
        for task, result in zip(batch, results, strict=True):
            if result is not None:
                task.lane.take(task, result)

    def _waves(self, batch: list[Task]) -> float:
        live = sum(lane.live for lane in self._lanes)
        return live / max(1, sum(task.lane.live for task in batch))

    def _failed(self, task: Task) -> list[Hypothesis | None]:
        """After a second failure in a row a window counts as heard without words, so that the visit goes on."""
        count = self._failures[id(task.lane)] = self._failures.get(id(task.lane), 0) + 1
        log.exception("decoding a window failed (attempt %d)", count)
        if count < 2:
            return [None]
        del self._failures[id(task.lane)]
        return [_FAILED]
