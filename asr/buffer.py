"""The sound that still matters: raw samples of one channel, and the speech cut out of them for a window."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asr.audio import Floats, Samples, to_float
from asr.vad import Span
from visit.audio import SAMPLE_RATE

JOIN_GAP = SAMPLE_RATE // 2
"""Padded spans closer than this stay joined with the sound between them; wider gaps are cut out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Samples ``start`` to ``end`` of the visit."""

    start: int
    end: int


class SampleMap:
    """Turns seconds inside a window that was put together from pieces into samples of the visit."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        """``pieces`` follow each other in the window without a gap."""
        self.pieces = tuple(pieces)
        self._offsets = np.cumsum([0] + [piece.end - piece.start for piece in pieces])

    @property
    def length(self) -> int:
        """Samples in the window."""
        return int(self._offsets[-1])

    @property
    def end(self) -> int:
        """Where in the visit the window ends."""
        return self.pieces[-1].end

    def sample(self, seconds: float, *, ending: bool = False) -> int:
        """The sample of the visit at ``seconds``. At a cut, an ``ending`` belongs to the piece before it."""
        at = min(max(0, round(seconds * SAMPLE_RATE)), self.length)
        index = int(np.searchsorted(self._offsets, at, side="left" if ending else "right")) - 1
        index = min(max(0, index), len(self.pieces) - 1)
        return self.pieces[index].start + at - int(self._offsets[index])


class SpeechBuffer:
    """Samples of one channel from some point on, and which spans of them are speech."""

    def __init__(self, first_sample: int = 0) -> None:
        """Begin at ``first_sample`` of the visit."""
        self._chunks: deque[Samples] = deque()
        self._from = first_sample
        self.spans: deque[Span] = deque()
        self.end = first_sample
        """One past the last sample held."""

    def append(self, samples: Samples) -> None:
        """Add the next samples."""
        self._chunks.append(samples)
        self.end += len(samples)

    def forget(self, before: int) -> None:
        """Drop samples, and spans that end, before a sample."""
        while self._chunks and self._from + len(self._chunks[0]) <= before:
            self._from += len(self._chunks.popleft())
        while self.spans and self.spans[0].closed and self.spans[0].end <= before:
            self.spans.popleft()

    def pieces(self, start: int, end: int) -> list[Piece]:
        """Speech between two samples as pieces in order; close ones are joined."""
        out: list[Piece] = []
        for span in self.spans:
            first, last = max(start, span.start), min(end, span.end)
            if first >= last:
                continue
            if out and first - out[-1].end <= JOIN_GAP:
                out[-1] = Piece(out[-1].start, last)
            else:
                out.append(Piece(first, last))
        return out

    def sound(self, pieces: Sequence[Piece]) -> Floats:
        """The pieces one after another, as numbers from -1 to 1."""
        return to_float(np.concatenate([self.raw(piece.start, piece.end) for piece in pieces]))

    def around(self, start: int, end: int) -> tuple[Samples, int]:
        """A copy of the samples between two positions, as far as they are held, and where they begin."""
        return self.raw(start, end).copy(), max(start, self._from)

    def raw(self, start: int, end: int) -> Samples:
        """Samples between two positions, as far as they are held."""
        parts, at = [], self._from
        for chunk in self._chunks:
            if at >= end:
                break
            if at + len(chunk) > start:
                parts.append(chunk[max(0, start - at) : end - at])
            at += len(chunk)
        return np.concatenate(parts) if parts else np.zeros(0, np.int16)
