"""Which words of a hypothesis are kept, and why the others are not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from asr.filters import anomaly, echoes, is_stock
from asr.vad import SpeechGate
from asr.whisper import Hypothesis
from visit.audio import SAMPLE_RATE
from visit.words import Word

VOICE: Final = int(0.35 * 255)
_SLACK: Final = SAMPLE_RATE * 15 // 100
"""Word times from the aligner are good to about 150 ms; a word may find its voice that far away."""

_DOUBTFUL: Final = 0.4

_NO_SPEECH: Final = 0.6
_UNSURE: Final = -0.6
"""Where the model calls a window no speech, text must be sure. Whisper's own limit of -1 lets fluent text pass that it
makes of a television behind a wall (no speech 0.7 to 0.8, log-probability around -0.7)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Indices of the words to drop, each with a reason."""

    dropped: dict[int, str]

    def kept(self, count: int) -> int:
        """Words before the first dropped one."""
        return min(self.dropped, default=count)


def screen(words: Sequence[Word], hypothesis: Hypothesis, gate: SpeechGate, listed: Sequence[str] = ()) -> Verdict:
    """Judge the new words of one window against the sound and the prompt they may echo."""
    if not words:
        return Verdict({})
    mean = sum(word.probability for word in words) / len(words)
    voices = [voice_share(gate, word.start - _SLACK, word.end + _SLACK) for word in words]
    whole = _whole(words, hypothesis, mean, sum(voices) / len(voices))
    if whole:
        return Verdict(dict.fromkeys(range(len(words)), whole))
    dropped = {
        at: "no voice in the sound"
        for at, share in enumerate(voices)
        if share < 0.4 and words[at].probability < _DOUBTFUL  # the aligner may misplace a word that was said
    }
    dropped |= {at: "echo of the chart's terms" for at in echoes(words, listed)}
    return Verdict(dropped)


def voice_share(gate: SpeechGate, start: int, end: int) -> float:
    """Share of the frames between two samples that hold a voice; 1 when none is kept."""
    scores = gate.scores(start, end)
    return float((scores >= VOICE).mean()) if len(scores) else 1.0


def _whole(words: Sequence[Word], hypothesis: Hypothesis, mean: float, voice: float) -> str | None:
    """A reason to drop all words of the window, if there is one."""
    if hypothesis.no_speech > _NO_SPEECH and (hypothesis.logprob < _UNSURE or mean < 0.4):
        return "the model hears no speech"
    odd = sum(anomaly(word.probability, (word.end - word.start) / SAMPLE_RATE) for word in words[:8])
    if mean < 0.4 and odd >= min(3.0, len(words) - 0.01):
        return "improbable words"
    if is_stock([word.text for word in words]) and (mean < 0.6 or voice < 0.5):
        return "a phrase invented on silence"
    return None
