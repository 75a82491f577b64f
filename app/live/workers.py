"""Where blocking work runs, so that live speech goes first: few threads, each with one job."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

DRAFTING_NICENESS = 10


class Workers:
    """The threads that all visits share.

    ``feed`` gives live streams their sound, which never waits for decoding, ``hear`` flushes them, ``read``
    understands turns, ``write`` does what takes no language model, ``draft`` asks the drafter for one segment at a time
    and ``revise`` runs final passes one visit at a time, the last two at low priority.
    """

    def __init__(self) -> None:
        """Threads start with their first job."""
        self.closed = False
        self._feeding = ThreadPoolExecutor(2, "feeding")
        self._hearing = ThreadPoolExecutor(4, "hearing")
        self._reading = ThreadPoolExecutor(1, "reading")
        self._writing = ThreadPoolExecutor(1, "writing")
        self._drafting = ThreadPoolExecutor(1, "drafting", initializer=_yield_to_speech)
        self._revising = ThreadPoolExecutor(1, "revising", initializer=_yield_to_speech)

    async def feed(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Give a live stream sound."""
        return await _run(self._feeding, job, *args, **kwargs)

    async def hear(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job of the live transcriber that blocks."""
        return await _run(self._hearing, job, *args, **kwargs)

    async def read(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job of the reader."""
        return await _run(self._reading, job, *args, **kwargs)

    async def write(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Assemble a note, code it, or draft by rules."""
        return await _run(self._writing, job, *args, **kwargs)

    async def draft(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a job of the drafter, which may be slow."""
        return await _run(self._drafting, job, *args, **kwargs)

    async def revise(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a final pass."""
        return await _run(self._revising, job, *args, **kwargs)

    def close(self) -> None:
        """Start no further job. Those that run end by themselves; long ones look at ``closed``."""
        self.closed = True
        for executor in (
            self._feeding,
            self._hearing,
            self._reading,
            self._writing,
            self._drafting,
            self._revising,
        ):
            executor.shutdown(wait=False, cancel_futures=True)


async def _run(executor: Executor, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return await asyncio.get_running_loop().run_in_executor(executor, lambda: job(*args, **kwargs))


def _yield_to_speech() -> None:
    """Lower this thread's priority; Linux schedules threads by themselves, elsewhere nothing changes."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), DRAFTING_NICENESS)
