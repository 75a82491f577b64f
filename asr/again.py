"""Windows heard once more on their own, as a lane of the worker."""

import threading
from collections.abc import Sequence

from asr.errors import EngineStopped
from asr.whisper import Hypothesis, Request
from asr.worker import Task, Worker


class SecondHearing:
    """Decodes a list of windows, one after the other, and waits for all of them."""

    live = False

    def __init__(self, requests: Sequence[Request]) -> None:
        """Nothing is decoded before :meth:`run`."""
        self._requests = list(requests)
        self._heard: list[Hypothesis] = []
        self._finished = threading.Event()

    def run(self, worker: Worker) -> list[Hypothesis]:
        """What each window holds, in order. Blocks. Raises :class:`EngineStopped`."""
        if not self._requests:
            return []
        worker.add(self)
        try:
            while not self._finished.wait(timeout=0.5):
                if not worker.alive:
                    raise EngineStopped("the speech engine stopped while it listened again")
        finally:
            worker.remove(self)
        return self._heard

    def tasks(self, step_s: float) -> Sequence[Task]:  # noqa: ARG002
        """The next window."""
        at = len(self._heard)
        return [Task(self, self._requests[at], 2, 0.0, at)] if at < len(self._requests) else []

    def take(self, task: Task, hypothesis: Hypothesis) -> None:  # noqa: ARG002
        """Keep a result."""
        self._heard.append(hypothesis)
        if len(self._heard) == len(self._requests):
            self._finished.set()
