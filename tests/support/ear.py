"""A scripted ear: loud samples count as voice, and a fake model hears exactly the words that were scripted."""

import random
import string
from dataclasses import dataclass, field

import numpy as np

from asr.stream import CommitMachine, Job
from asr.whisper import HeardWord, Hypothesis

RATE = 16_000


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
        for word in self.words:
            out[int(word.start * RATE) : int(word.end * RATE)] = 8000
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
