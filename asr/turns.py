"""Committed words become turns: one speaker's stretch of speech, with an index that never changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from visit.audio import SAMPLE_RATE
from visit.turns import Speaker, Turn
from visit.words import Word

PAUSE_S: Final = 1.5
"""A pause after which a turn is closed, even if the same voice goes on."""

LONG_S: Final = 30.0
"""A turn this long is closed at the next end of a sentence."""


@dataclass(frozen=True, slots=True)
class VoicedWord:
    """A committed word and the label of the voice that said it (``None`` when not known)."""

    word: Word
    voice: str | None


@dataclass(slots=True)
class TurnBuilder:
    """Groups words into turns. ``speaker`` gives the present role of a voice."""

    speaker: Callable[[str | None], Speaker]
    next_index: int = 0
    closed: list[Turn] = field(default_factory=list)
    _open: list[VoicedWord] = field(default_factory=list)

    def add(self, words: Sequence[VoicedWord]) -> list[Turn]:
        """Take words in spoken order; returns the turns they close."""
        done = []
        for item in words:
            if self._open and self._breaks(item):
                done += self.close()
            self._open.append(item)
        return done

    def silent_until(self, sample: int) -> list[Turn]:
        """Nothing more was said up to ``sample``: close the turn if that is long enough."""
        if self._open and sample - self._open[-1].word.end > PAUSE_S * SAMPLE_RATE:
            return self.close()
        return []

    def close(self) -> list[Turn]:
        """Close the open turn, if there is one."""
        if not self._open:
            return []
        words = tuple(item.word for item in self._open)
        voice = self._open[-1].voice
        text = " ".join(word.text for word in words)
        speaker = self.speaker(voice)
        turn = Turn(self.next_index, speaker, text, words[0].start, words[-1].end, words, voice)
        self.next_index += 1
        self.closed.append(turn)
        self._open = []
        return [turn]

    def revise(self) -> list[Turn]:
        """Closed turns whose voice has another role by now, with that role."""
        changed = []
        for at, turn in enumerate(self.closed):
            speaker = self.speaker(turn.voice)
            if speaker is not turn.speaker:
                self.closed[at] = replace(turn, speaker=speaker)
                changed.append(self.closed[at])
        return changed

    def _breaks(self, item: VoicedWord) -> bool:
        last = self._open[-1]
        if item.voice != last.voice and item.voice is not None and last.voice is not None:
            return True
        if item.word.start - last.word.end > PAUSE_S * SAMPLE_RATE:
            return True
        length = last.word.end - self._open[0].word.start
        return length > LONG_S * SAMPLE_RATE and last.word.text[-1] in ".?!"
