"""What the decoder is told before it listens: the chart's terms and the words that came just before."""

from collections.abc import Iterable
from typing import Final

from asr.bias import Bias

BUCKET: Final = 16
"""Prompts are cut to a multiple of so many tokens, since only prompts of equal length share a batch."""

MOST_TOKENS: Final = 128


class Prompt:
    """The prompt of one stream of text.

    Words that came before keep the style of the transcript (fillers, repetitions and spelling are written as
    they were) and cost little; they are forgotten after a window that had to be refused, because errors feed
    on themselves.
    """

    def __init__(self, bias: Bias, start: int, most: int = MOST_TOKENS) -> None:
        """``start`` is the token that opens a prompt, ``most`` the longest prompt in tokens."""
        self._bias, self._start, self._most = bias.tokens, start, most
        self._past: list[int] = []

    def tokens(self) -> tuple[int, ...]:
        """The prompt now: the chart's terms, then the latest words; its length is a multiple of :data:`BUCKET`."""
        length = min(self._most, 1 + len(self._bias) + len(self._past)) // BUCKET * BUCKET
        if not length:
            return ()
        room = length - 1
        past = self._past[-(room - len(self._bias)) :] if room > len(self._bias) else []
        bias = self._bias[max(0, len(self._bias) + len(past) - room) :]
        return (self._start, *bias, *past)

    def add(self, tokens: Iterable[int]) -> None:
        """Words that have left the window."""
        self._past = [*self._past, *tokens][-self._most :]

    def forget(self) -> None:
        """Start again without words from before."""
        self._past = []
