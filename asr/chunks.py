"""Cutting a whole visit into windows for the final pass: only speech, never inside a word."""

from collections.abc import Sequence
from typing import Final

from asr.buffer import JOIN_GAP, Piece
from asr.pcm import PcmFile
from asr.vad import FRAME, GateSettings, Span, SpeechGate
from visit.audio import SAMPLE_RATE

LONGEST: Final = 28 * SAMPLE_RATE
"""Most sound in one chunk."""

_SETTINGS: Final = GateSettings(minimum_ms=96, pad_before_ms=200, pad_after_ms=200, endpoint_ms=320)


def find_speech(pcm: PcmFile, channel: int = 0) -> tuple[list[Span], SpeechGate]:
    """All spans of speech in one channel, and the gate that still knows every frame's probability."""
    gate = SpeechGate(settings=_SETTINGS)
    spans: list[Span] = []
    for block in pcm.blocks(channel):
        spans += gate.push(block)
    gate.close()
    return spans, gate


def cut(spans: Sequence[Span], gate: SpeechGate, longest: int = LONGEST) -> list[list[Piece]]:
    """Chunks of at most ``longest`` samples, each a list of pieces with the long pauses left out.

    A chunk ends at the widest pause in its last third, so that sentences stay whole where they can.
    """
    parts = [part for span in spans for part in _split(Piece(span.start, span.end), gate, longest)]
    chunks: list[list[Piece]] = []
    at = 0
    while at < len(parts):
        last, length = at, parts[at].end - parts[at].start
        while last + 1 < len(parts):
            more = _gap(parts[last], parts[last + 1]) + parts[last + 1].end - parts[last + 1].start
            if length + more > longest:
                break
            length, last = length + more, last + 1
        if last + 1 < len(parts):
            last = _widest(parts, at, last, longest)
        chunks.append(_join(parts[at : last + 1]))
        at = last + 1
    return chunks


def _widest(parts: Sequence[Piece], first: int, last: int, longest: int) -> int:
    """The part to end a chunk with: the one before the widest pause, not before two thirds of the window."""
    late = [at for at in range(first, last + 1) if parts[at].end - parts[first].start >= longest * 2 // 3] or [last]
    return max(late, key=lambda at: (parts[at + 1].start - parts[at].end, at))


def _split(piece: Piece, gate: SpeechGate, longest: int) -> list[Piece]:
    """Cut speech without a pause where the voice is weakest."""
    out = []
    start = piece.start
    while piece.end - start > longest:
        low, high = start + longest * 2 // 3, start + longest
        scores = gate.scores(low, high)
        middle = low + (int(scores.argmin()) + 1) * FRAME if len(scores) else high
        out.append(Piece(start, min(middle, high)))
        start = out[-1].end
    return [*out, Piece(start, piece.end)]


def _gap(before: Piece, after: Piece) -> int:
    gap = after.start - before.end
    return gap if gap <= JOIN_GAP else 0


def _join(parts: Sequence[Piece]) -> list[Piece]:
    out = [parts[0]]
    for part in parts[1:]:
        if part.start - out[-1].end <= JOIN_GAP:
            out[-1] = Piece(out[-1].start, part.end)
        else:
            out.append(part)
    return out
