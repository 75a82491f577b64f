"""What the decoder is told before it listens: the chart's terms and the words that came just before."""

from collections.abc import Iterable, Sequence
from typing import Final

from asr.bias import Bias

BUCKET: Final = 16
"""Prompts are cut to a multiple of so many tokens, since only prompts of equal length share a batch."""

MOST_TOKENS: Final = 128

OPENING: Final = " Um, okay. Yeah, so, uh, I, um, mm-hmm."
"""What every prompt opens with. Shown hesitations, the model writes hesitations; else it takes an "um" for "I'm"."""


class Prompt:
    """The prompt of one stream of text.

    Words that came before keep the style of the transcript (fillers, repetitions and spelling are written as
    they were) and cost little; they are forgotten after a window that had to be refused, because errors feed
    on themselves.
    """

    def __init__(self, bias: Bias, start: int, opening: Sequence[int] = (), most: int = MOST_TOKENS) -> None:
        """``start`` is the token before all others, ``opening`` :data:`OPENING` in tokens, ``most`` bounds them all."""
        self._lead, self._start, self._most = (*opening, *bias.tokens), start, most
        self._past: list[int] = []

    def tokens(self) -> tuple[int, ...]:
        """The prompt now: opening, the chart's terms, the latest words; its length is a multiple of :data:`BUCKET`."""
        length = min(self._most, 1 + len(self._lead) + len(self._past)) // BUCKET * BUCKET
        if not length:
            return ()
        room = length - 1
        past = self._past[-(room - len(self._lead)) :] if room > len(self._lead) else []
        lead = self._lead[max(0, len(self._lead) + len(past) - room) :]
        return (self._start, *lead, *past)

    def add(self, tokens: Iterable[int]) -> None:
        """Words that have left the window."""
        self._past = [*self._past, *tokens][-self._most :]

    def forget(self) -> None:
        """Start again without words from before."""
        self._past = []
