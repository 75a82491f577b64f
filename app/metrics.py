"""Numbers about the running process in Prometheus' text format (version 0.0.4). No label ever holds PHI or an id.

Counters and histograms live for the process, as the modules that count do; gauges are read when they are asked for.
"""

import bisect
import os
import resource
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
NO_LABELS: Mapping[str, str] = {}

_lock = threading.Lock()
_started = time.time()


class Counter:
    """A number that only grows, one for each combination of labels. Safe from any thread."""

    def __init__(self, name: str, meaning: str) -> None:
        self.name, self.meaning, self.kind = name, meaning, "counter"
        self._values: dict[tuple[tuple[str, str], ...], float] = {}

    def add(self, amount: float = 1, **labels: str) -> None:
        """Count; labels are static words such as an error's code."""
        key = tuple(sorted(labels.items()))
        with _lock:
            self._values[key] = self._values.get(key, 0) + amount

    def lines(self) -> Iterator[str]:
        """The samples."""
        with _lock:
            values = sorted(self._values.items())
        for labels, value in values or [((), 0)]:
            yield sample(self.name, value, dict(labels))


class Histogram:
    """How long something takes, in seconds. Safe from any thread."""

    def __init__(self, name: str, meaning: str, bounds: Sequence[float] = BUCKETS_S) -> None:
        self.name, self.meaning, self.kind = name, meaning, "histogram"
        self._bounds, self._counts = tuple(bounds), [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """Take one duration."""
        with _lock:
            self._counts[bisect.bisect_left(self._bounds, seconds)] += 1
            self._sum += seconds

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Take how long the block inside lasts."""
        started = time.monotonic()
        yield
        self.observe(time.monotonic() - started)

    def lines(self) -> Iterator[str]:
        """The samples."""
        with _lock:
            counts, total = list(self._counts), self._sum
        so_far = 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), counts, strict=True):
            so_far += count
            yield sample(f"{self.name}_bucket", so_far, {"le": bound})
        yield sample(f"{self.name}_sum", total)
        yield sample(f"{self.name}_count", so_far)


requests = Counter("sidenote_http_requests_total", "Requests answered, by method and status.")
errors = Counter("sidenote_errors_total", "Errors told to clients, by code.")
audio_seconds = Counter("sidenote_audio_stored_seconds_total", "Seconds of sound made durable.")
audio_commits = Histogram("sidenote_audio_commit_seconds", "Time of one commit of sound, for all visits at once.")
checkpoints_missed = Counter("sidenote_audit_checkpoints_missed_total", "Audit checkpoints that could not be written.")

COUNTED: tuple[Counter | Histogram, ...] = (requests, errors, audio_seconds, audio_commits, checkpoints_missed)


def sample(name: str, value: float, labels: Mapping[str, str] = NO_LABELS) -> str:
    """One line."""
    inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}"


def gauge(name: str, meaning: str, values: Sequence[tuple[Mapping[str, str], float]]) -> list[str]:
    """A gauge with its samples."""
    return [*_head(name, meaning, "gauge"), *(sample(name, value, labels) for labels, value in values)]


def render(gauges: Sequence[str] = ()) -> str:
    """Everything, as Prometheus reads it."""
    lines = [line for one in COUNTED for line in (*_head(one.name, one.meaning, one.kind), *one.lines())]
    return "\n".join([*lines, *gauges, *_process()]) + "\n"


def _process() -> list[str]:
    lines = gauge("process_start_time_seconds", "When the process started.", [(NO_LABELS, _started)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    lines += gauge("process_peak_resident_memory_bytes", "Most memory held at once.", [(NO_LABELS, peak)])
    descriptors = Path("/proc/self/fd")
    if descriptors.is_dir():
        held = len(os.listdir(descriptors))
        lines += gauge("process_open_fds", "Open file descriptors.", [(NO_LABELS, held)])
    return lines


def _head(name: str, meaning: str, kind: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
