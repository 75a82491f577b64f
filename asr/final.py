"""The final pass: a whole visit decoded again from its stored sound, and checked for gaps."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

import numpy as np

from asr.again import SecondHearing
from asr.audio import Floats, to_float
from asr.buffer import Piece, SampleMap
from asr.chunks import cut, find_speech
from asr.errors import EngineStopped
from asr.filters import repeats
from asr.pcm import PcmFile
from asr.prompt import Prompt
from asr.screen import VOICE, screen
from asr.vad import FRAME, SpeechGate
from asr.whisper import TEMPERATURES, WINDOWS_S, Hypothesis, Request
from asr.worker import Task, Worker
from visit.audio import SAMPLE_RATE
from visit.turns import Doubt, DoubtKind, Gap
from visit.words import Word

STRANDS: Final = {"cpu": 1, "cuda": 8}
"""Stretches of a visit that are decoded side by side in one batch. The first chunk of each has no words before it."""

_UNCOVERED_S: Final = 2.0
"""This much voice in a row without a word is decoded once more on its own, then reported as a gap."""

_UNHEARD_S: Final = 0.5
"""So is this much in an utterance of its own, between pauses, that has no word at all; it is not reported."""


@dataclass(slots=True)
class _Strand:
    """A stretch of the visit that is decoded in order, each chunk told what the one before said."""

    waiting: deque[list[Piece]]
    prompt: Prompt
    again: deque[list[Piece]] = field(default_factory=deque)
    at_hand: "_Chunk | None" = None


@dataclass(slots=True)
class _Chunk:
    strand: _Strand
    pieces: list[Piece]
    request: Request
    attempt: int
    again: bool


@dataclass(slots=True)
class Heard:
    """What the final pass heard on one channel, in order of time."""

    words: list[Word] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


class FinalPass:
    """Decodes one channel of a stored visit as a lane of the worker. Holds a few windows in memory at a time."""

    live = False

    def __init__(
        self,
        pcm: PcmFile,
        channel: int,
        *,
        prompt: Callable[[], Prompt],
        listed: Sequence[str] = (),
        strands: int = 1,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """``prompt`` makes an empty prompt; ``progress`` gets the share of the channel that is done, 0 to 1."""
        self._pcm, self._channel = pcm, channel
        self._listed = tuple(listed)
        self._progress = progress or (lambda _: None)
        spans, self._gate = find_speech(pcm, channel)
        chunks = cut(spans, self._gate)
        self._total = max(1, len(chunks))
        self._strands = [_Strand(deque(part), prompt()) for part in _parts(chunks, strands)]
        self._heard = Heard()
        self._finished = threading.Event()
        if not chunks:
            self._finished.set()

    def run(self, worker: Worker) -> Heard:
        """Decode everything; blocks. Raises :class:`EngineStopped`."""
        worker.add(self)
        try:
            while not self._finished.wait(timeout=0.5):
                if not worker.alive:
                    raise EngineStopped("the speech engine stopped during a final pass")
        finally:
            worker.remove(self)
        self._progress(1.0)
        self._heard.words.sort(key=lambda word: word.start)
        self._heard.gaps.sort(key=lambda gap: gap.start)
        return self._heard

    # -------------------------------------------------- on the engine's thread

    def tasks(self, step_s: float) -> Sequence[Task]:  # noqa: ARG002
        """The next chunk of each strand."""
        for strand in self._strands:
            if strand.at_hand is None and strand.again:
                strand.at_hand = self._chunk(strand, strand.again.popleft(), again=True)
            elif strand.at_hand is None and strand.waiting:
                strand.at_hand = self._chunk(strand, strand.waiting.popleft())
        return [Task(self, s.at_hand.request, 2, 0.0, s.at_hand) for s in self._strands if s.at_hand is not None]

    def take(self, task: Task, hypothesis: Hypothesis) -> None:
        """Keep the words of a chunk, or try it again."""
        chunk = task.job
        assert isinstance(chunk, _Chunk)
        strand = chunk.strand
        strand.at_hand = None
        words = _in_visit(hypothesis, SampleMap(chunk.pieces))
        if _looping(hypothesis, words):
            strand.prompt.forget()
            if chunk.attempt + 1 < len(TEMPERATURES):
                strand.at_hand = self._chunk(strand, chunk.pieces, chunk.attempt + 1, again=chunk.again)
                return
            self._refuse(words, "repetition")
            words = []
        verdict = screen(words, hypothesis, self._gate, self._listed)
        kept = [at for at in range(len(words)) if at not in verdict.dropped]
        self._heard.words += [words[at] for at in kept]
        for at, reason in verdict.dropped.items():
            self._refuse([words[at]], reason)
        strand.prompt.add(token for at in kept for token in hypothesis.words[at].tokens)
        self._check(chunk, [words[at] for at in kept])
        self._progress(1.0 - min(1.0, sum(len(s.waiting) for s in self._strands) / self._total))
        if not any(s.waiting or s.again or s.at_hand for s in self._strands):
            self._finished.set()

    def _chunk(self, strand: _Strand, pieces: list[Piece], attempt: int = 0, *, again: bool = False) -> _Chunk:
        request = Request(
            self._sound(pieces),
            prompt=() if attempt or again else strand.prompt.tokens(),
            beam=5,
            temperature=TEMPERATURES[attempt],
            window_s=WINDOWS_S[-1],
        )
        return _Chunk(strand, pieces, request, attempt, again)

    def _refuse(self, words: Sequence[Word], reason: str) -> None:
        """Keep what a filter refused for review; words that follow each other are one refusal."""
        if not words:
            return
        text, start, end = " ".join(word.text for word in words), words[0].start, words[-1].end
        last = self._heard.doubts[-1] if self._heard.doubts else None
        if last is not None and last.reason == reason and 0 <= start - last.end < SAMPLE_RATE // 2:
            self._heard.doubts[-1] = replace(last, text=f"{last.text} {text}", end=end)
        else:
            self._heard.doubts.append(Doubt(DoubtKind.REJECTED, text, start, end, reason=reason))

    def _check(self, chunk: _Chunk, words: Sequence[Word]) -> None:
        """Find voice that no word covers: decode it once more by itself, then call it a gap."""
        for start, end in uncovered(chunk.pieces, words, self._gate):
            if not chunk.again:
                chunk.strand.again.append([Piece(start, end)])
            elif voiced(self._gate, start, end) > _UNCOVERED_S * SAMPLE_RATE:
                self._heard.gaps.append(Gap(start, end, "speech that could not be written down"))

    def rehear(self, worker: Worker, spans: Sequence[tuple[int, int]]) -> list[list[Word]]:
        """What stretches of the visit say to one who was told nothing; words in samples of the visit."""
        cuts = [[Piece(max(0, start), min(end, self._pcm.samples))] for start, end in spans]
        requests = [Request(self._sound(pieces), beam=5) for pieces in cuts]
        heard = SecondHearing(requests).run(worker)
        return [_in_visit(hypothesis, SampleMap(pieces)) for hypothesis, pieces in zip(heard, cuts, strict=True)]

    def _sound(self, pieces: Sequence[Piece]) -> Floats:
        return to_float(np.concatenate([self._pcm.read(p.start, p.end, self._channel) for p in pieces]))


def _in_visit(hypothesis: Hypothesis, places: SampleMap) -> list[Word]:
    return [
        Word(w.text, places.sample(w.start), places.sample(w.end, ending=True), round(w.probability, 4))
        for w in hypothesis.words
    ]


def voiced(gate: SpeechGate, start: int, end: int) -> int:
    """Samples with a voice between two places."""
    return int((gate.scores(start, end) >= VOICE).sum()) * FRAME if end > start else 0


def uncovered(pieces: Sequence[Piece], words: Sequence[Word], gate: SpeechGate) -> list[tuple[int, int]]:
    """Stretches with more than two seconds of voice and no word, and whole pieces with half a second."""
    out = []
    for piece in pieces:
        inside = sorted((w for w in words if w.end > piece.start and w.start < piece.end), key=lambda w: w.start)
        at = piece.start
        for start, end in [*((w.start, w.end) for w in inside), (piece.end, piece.end)]:
            if voiced(gate, at, start) > (_UNCOVERED_S if inside else _UNHEARD_S) * SAMPLE_RATE:
                out.append((at, start))
            at = max(at, end)
    return out


def _parts(chunks: Sequence[list[Piece]], most: int) -> list[list[list[Piece]]]:
    """Split chunks into at most ``most`` runs of about equal length, none shorter than eight chunks if it can be."""
    count = max(1, min(most, len(chunks) // 8))
    edges = np.linspace(0, len(chunks), count + 1).astype(int)
    return [list(chunks[a:b]) for a, b in pairwise(edges)]


def _looping(hypothesis: Hypothesis, words: Sequence[Word]) -> bool:
    doubtful = bool(words) and hypothesis.logprob < -1.0 and hypothesis.no_speech <= 0.6
    return hypothesis.capped or hypothesis.compression > 2.4 or doubtful or repeats([word.text for word in words])
