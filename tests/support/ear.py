"""A scripted ear: loud samples count as voice, and a fake model hears exactly the words that were scripted."""

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from asr.stream import CommitMachine, Job
from asr.whisper import HeardWord, Hypothesis, Request

RATE = 16_000

MARK = 8000
"""Loudness of the first word; each later word is one step louder, so that sound says which word it is."""


@dataclass(frozen=True)
class Said:
    """A scripted word, in seconds of the visit."""

    text: str
    start: float
    end: float


@dataclass
class Script:
    """A visit whose words are known. Token ids are places in the script, so a forced prefix can be read back."""

    words: list[Said]
    length_s: float
    decoded: list[Job] = field(default_factory=list)

    def sound(self) -> np.ndarray:
        out = np.zeros(int(self.length_s * RATE), np.int16)
        for at, word in enumerate(self.words):
            out[int(word.start * RATE) : int(word.end * RATE)] = MARK + at
        return out

    def hear(self, job: Job) -> Hypothesis:
        """Every scripted word that lies in the window and is not in its prefix."""
        self.decoded.append(job)
        heard, offset = [], 0
        for piece in job.map.pieces:
            for at, word in enumerate(self.words):
                start, end = int(word.start * RATE), int(word.end * RATE)
                if piece.start <= start and end <= piece.end and at not in job.request.prefix:
                    left = (offset + start - piece.start) / RATE
                    heard.append(HeardWord(word.text, left, left + (end - start) / RATE, 0.9, (at,)))
            offset += piece.end - piece.start
        return Hypothesis(tuple(heard), logprob=-0.2, prefix_logprob=-0.2)


def made_up(count: int) -> list[str]:
    """Words that share nothing, so that text made of them does not look like a repetition."""
    rng = random.Random(7)
    return ["".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 9))) for _ in range(count)]


def sentence(text: str, start: float = 0.5, word_s: float = 0.3, gap_s: float = 0.02) -> list[Said]:
    """Words one after another from ``start``."""
    out, at = [], start
    for word in text.split():
        out.append(Said(word, at, at + word_s))
        at += word_s + gap_s
    return out


def play(machine: CommitMachine, script: Script, block: int = 1600, step_s: float = 0.6) -> list:
    """Feed a script as if in real time with an instant model; returns all events."""
    events, sound = [], script.sound()

    def work() -> None:
        while True:
            events.extend(machine.ready())
            job = machine.next_job(step_s)
            if job is None:
                return
            events.extend(machine.apply(job, script.hear(job)))

    for start in range(0, len(sound), block):
        machine.feed(sound[start : start + block])
        work()
    machine.finish()
    work()
    return events


class ScriptedModel:
    """A model that hears a script: which words a window holds, it reads from their loudness."""

    device, name, prompt_start = "cpu", "scripted", 9999

    def __init__(self, script: "Script") -> None:
        self.script, self.windows = script, 0

    def encode_text(self, text: str) -> tuple[int, ...]:
        return tuple(range(len(text.split())))

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        self.windows += len(requests)
        return [self._hear(request) for request in requests]

    def _hear(self, request: Request) -> Hypothesis:
        heard = []
        marks = np.round(request.audio * 32768).astype(int)
        for at, word in enumerate(self.script.words):
            if at in request.prefix:
                continue
            where = np.flatnonzero(marks == MARK + at)
            if len(where) >= int((word.end - word.start) * RATE) - 1:
                heard.append(HeardWord(word.text, where[0] / RATE, (where[-1] + 1) / RATE, 0.9, (at,)))
        return Hypothesis(tuple(heard), logprob=-0.2, prefix_logprob=-0.2)
