"""Deterministic engines: speech is coded in the samples, so what was heard shows exactly which audio arrived.

A *word* is half a second of one constant sample value; 0 is silence. Even words are the clinician's, odd ones the
patient's. A turn ends when the speaker changes or falls silent.
"""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from asr.errors import EmptyAudio
from visit.charts import Chart
from visit.codes import (
    CodeEvidence,
    CodeProblem,
    CodeSuggestion,
    Complexity,
    Hint,
    LevelElement,
    RiskCategory,
    VisitLevel,
)
from visit.findings import Finding, FindingKind
from visit.hearing import CommittedWords, HearingEvent, PartialWords, TurnClosed
from visit.ids import FindingId, SegmentId, SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Segment, Verdict
from visit.turns import Speaker, Transcript, Turn
from visit.voices import VoicePrint
from visit.words import Word

WORD = 8000
"""Samples in a word."""


def speech(*words: int, channels: int = 1) -> bytes:
    """PCM that says ``words``."""
    return b"".join(np.full(WORD * channels, word, "<i2").tobytes() for word in words)


def said(turns: Sequence[Any]) -> list[str]:
    """The words of turns (or their views), in order."""
    return [word for turn in turns for word in turn.text.split()]


class Decoder:
    """PCM in, hearing events out."""

    def __init__(self, emit: Callable[[HearingEvent], None], channels: int, first_sample: int, first_turn: int) -> None:
        self.emit, self.channels = emit, channels
        self.position, self.index = first_sample, first_turn
        self.buffer = b""
        self.words: list[Word] = []

    def take(self, pcm: bytes) -> None:
        pcm = self.buffer + pcm
        size = 2 * self.channels * WORD
        whole = len(pcm) - len(pcm) % size
        for start in range(0, whole, size):
            self.unit(pcm[start : start + size])
        self.buffer = pcm[whole:]

    def unit(self, pcm: bytes) -> None:
        values = set(np.frombuffer(pcm, "<i2").tolist())
        if values == {0}:
            self.close()
        else:
            word = Word("w" + "+".join(map(str, sorted(values))), self.position, self.position + WORD)
            if self.words and speaker(self.words[-1]) != speaker(word):
                self.close()
            self.emit(PartialWords((word,)))
            self.emit(CommittedWords((word,)))
            self.words.append(word)
        self.position += WORD

    def close(self) -> None:
        if self.words:
            first, last = self.words[0], self.words[-1]
            text = " ".join(word.text for word in self.words)
            self.emit(TurnClosed(Turn(self.index, speaker(first), text, first.start, last.end, tuple(self.words))))
            self.index += 1
            self.words = []


def speaker(word: Word) -> Speaker:
    """Even words are the clinician's."""
    return Speaker.PATIENT if int(word.text[1:].split("+")[0]) % 2 else Speaker.CLINICIAN


class Stream:
    """A live stream with its own thread, as real engines have."""

    def __init__(self, decoder: Decoder, breaks_at: int | None = None) -> None:
        self.decoder, self.breaks_at, self.fed = decoder, breaks_at, 0
        self.jobs: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while (pcm := self.jobs.get()) is not None:
            self.decoder.take(pcm)

    def feed(self, pcm: bytes) -> None:
        if self.breaks_at is not None and self.fed >= self.breaks_at:
            raise RuntimeError("engine stopped")
        self.fed += len(pcm)
        self.jobs.put(pcm)

    def finish(self) -> None:
        self.abandon()
        self.decoder.close()

    def abandon(self) -> None:
        self.jobs.put(None)
        self.thread.join()


def open_gate() -> threading.Event:
    """An event that is set; clear it to make an engine wait."""
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class Hears:
    """A transcriber. ``corrections`` are what the final pass hears in place of live words.

    ``breaks_at`` is after how many bytes a live stream breaks; ``gate`` holds final passes back while it is closed.
    """

    corrections: dict[str, str] = field(default_factory=dict)
    broken_live: bool = False
    broken_final: bool = False
    deaf_live: bool = False
    breaks_at: int | None = None
    gate: threading.Event = field(default_factory=open_gate)
    opened: list[tuple[int, int]] = field(default_factory=list)
    clinicians: list[VoicePrint | None] = field(default_factory=list)
    print: VoicePrint = VoicePrint((1.0,), "coded")

    def open(
        self,
        chart: Chart,
        emit: Callable[[HearingEvent], None],
        *,
        channels: int = 1,
        first_sample: int = 0,
        first_turn: int = 0,
        clinician: VoicePrint | None = None,
    ) -> Stream:
        if self.broken_live:
            raise RuntimeError("no model")
        self.opened.append((first_sample, first_turn))
        self.clinicians.append(clinician)
        heard = (lambda event: None) if self.deaf_live else emit
        return Stream(Decoder(heard, channels, first_sample, first_turn), self.breaks_at)

    def finalise(
        self,
        pcm: Path,
        chart: Chart,
        *,
        channels: int = 1,
        clinician: VoicePrint | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        self.clinicians.append(clinician)
        self.gate.wait(20)
        if self.broken_final:
            raise RuntimeError("no model")
        turns: list[Turn] = []
        decoder = Decoder(lambda e: turns.append(e.turn) if isinstance(e, TurnClosed) else None, channels, 0, 0)
        with pcm.open("rb") as file:
            decoder.take(file.read())
        decoder.close()
        if progress:
            progress(1.0)
        for old, new in self.corrections.items():
            turns = [Turn(t.index, t.speaker, t.text.replace(old, new), t.start, t.end, t.words) for t in turns]
        return Transcript(tuple(turns), duration_s=decoder.position / 16000, model="coded")

    def enrol(self, pcm: Path) -> VoicePrint:
        return self.print


class Reads:
    """A reader: one finding a turn, three turns a segment."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken

    def open(self, chart: Chart) -> "ReadingOne":
        return ReadingOne(self.broken)


class ReadingOne:
    def __init__(self, broken: bool) -> None:
        self.broken = broken
        self.found: list[Finding] = []
        self.closed: list[Segment] = []
        self.pending: list[Finding] = []

    def read(self, turn: Turn) -> tuple[Finding, ...]:
        if self.broken:
            raise RuntimeError("cannot read")
        finding = Finding(FindingId(f"f{turn.index}"), FindingKind.SYMPTOM, turn.text, turn.text, (turn.index,))
        self.found.append(finding)
        self.pending.append(finding)
        if len(self.pending) == 3:
            self.finish()
        return (finding,)

    def findings(self) -> tuple[Finding, ...]:
        return tuple(self.found)

    def segments(self) -> tuple[Segment, ...]:
        return tuple(self.closed)

    def finish(self) -> None:
        if self.pending:
            first, last = self.pending[0].turns[0], self.pending[-1].turns[0]
            ids = tuple(finding.id for finding in self.pending)
            self.closed.append(Segment(SegmentId(f"s{first}"), first, last, (Division.HISTORY,), ids))
            self.pending = []


@dataclass
class Drafts:
    """A drafter: every turn of a segment becomes a sentence. ``drafted`` counts segments."""

    origin: Origin = Origin.MODEL
    broken: bool = False
    gate: threading.Event = field(default_factory=open_gate)
    drafted: list[SegmentId] = field(default_factory=list)

    def draft(self, segment: Segment, turns: Sequence[Turn], findings: Sequence[Finding]) -> tuple[NoteSentence, ...]:
        if self.broken:
            raise RuntimeError("cannot draft")
        self.gate.wait(20)
        self.drafted.append(segment.id)
        return tuple(
            NoteSentence(
                SentenceId(f"{segment.id}.{turn.index}"),
                Division.HISTORY,
                turn.text,
                (turn.index,),
                Verdict.SUPPORTED,
                self.origin,
            )
            for turn in turns[segment.first : segment.last + 1]
        )

    def assemble(
        self,
        sentences: Sequence[NoteSentence],
        turns: Sequence[Turn],
        findings: Sequence[Finding],
        template: str = "soap",
    ) -> Note:
        return Note(tuple(sentences), template)

    def verify(self, sentence: NoteSentence, turns: Sequence[Turn], findings: Sequence[Finding]) -> NoteSentence:
        return sentence


@dataclass
class Codes:
    """A coder with one suggestion."""

    broken: bool = False
    version: str = "one suggestion"
    release: str = "any release"

    def suggest(
        self, note: Note, findings: Sequence[Finding] = (), chart: Chart | None = None
    ) -> tuple[CodeSuggestion, ...]:
        if self.broken:
            raise RuntimeError("cannot code")
        first = note.sentences[0]
        return (CodeSuggestion("R69", "Illness", 0.5, "said", (CodeEvidence(first.text, first.id, first.evidence),)),)

    def search(self, query: str, limit: int = 10) -> tuple[CodeSuggestion, ...]:
        known = (("R42", "Dizziness and giddiness"), ("I10", "Essential (primary) hypertension"))
        return tuple(
            CodeSuggestion(code, display, 1.0, "typed", ())
            for code, display in known
            if query.lower() in code.lower() or query.lower() in display.lower()
        )

    def hints(self, note: Note, suggestions: Sequence[CodeSuggestion]) -> tuple[Hint, ...]:
        return (Hint("h1", "How long has it lasted?", "IV.D", "R69"),) if suggestions else ()

    def level(self, note: Note, suggestions: Sequence[CodeSuggestion]) -> VisitLevel:
        names = ("problems", "data", "risk")
        return VisitLevel(Complexity.LOW, tuple(LevelElement(n, Complexity.LOW, "one of them") for n in names))

    def audit(self, codes: Sequence[str], note: Note, chart: Chart | None = None) -> tuple[CodeProblem, ...]:
        return ()

    def risk_categories(self, codes: Sequence[str]) -> tuple[RiskCategory, ...]:
        return ()


@dataclass
class RawRecording:
    """A file of raw PCM."""

    path: Path
    channels: int = 1

    def blocks(self, block_s: float = 1.0) -> Iterator[bytes]:
        data = self.path.read_bytes()
        if not data:
            raise EmptyAudio
        size = int(block_s * 16000) * 2
        for start in range(0, len(data), size):
            yield data[start : start + size]


def parts(store: Any, **replaced: Any) -> SimpleNamespace:
    """Parts of a service made of these engines."""
    made = {
        "store": store,
        "transcriber": Hears(),
        "reader": Reads(),
        "drafter": Drafts(),
        "fallback": Drafts(Origin.RULES),
        "coder": Codes(),
        "ehr": None,
        "decode": RawRecording,
    }
    return SimpleNamespace(**{**made, **replaced})
