"""Raw PCM on disk, read a piece at a time."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from asr.audio import Samples
from visit.audio import BYTES_PER_SAMPLE


class PcmFile:
    """A raw, interleaved 16-bit PCM file. Reads only what is asked for; an odd byte at the end is ignored."""

    def __init__(self, path: Path, channels: int = 1) -> None:
        """``channels`` is 1 or 2."""
        self.path, self.channels = path, channels
        self._width = BYTES_PER_SAMPLE * channels

    @property
    def samples(self) -> int:
        """Samples of one channel."""
        return self.path.stat().st_size // self._width

    def read(self, start: int, end: int, channel: int = 0) -> Samples:
        """Samples of one channel between two positions."""
        with self.path.open("rb") as file:
            file.seek(max(0, start) * self._width)
            data = file.read(max(0, end - max(0, start)) * self._width)
        whole = len(data) - len(data) % self._width
        rows = np.frombuffer(data[:whole], "<i2").reshape(-1, self.channels)
        return np.ascontiguousarray(rows[:, channel]).astype(np.int16, copy=False)

    def blocks(self, channel: int = 0, size: int = 160_000) -> Iterator[Samples]:
        """One channel from start to end in blocks of ``size`` samples."""
        for start in range(0, self.samples, size):
            yield self.read(start, min(start + size, self.samples), channel)
