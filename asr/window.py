"""The window of sound that is decoded: where it begins, and which committed words stand at its beginning."""

from collections.abc import Sequence
from dataclasses import dataclass

from asr.audio import Samples
from asr.buffer import SampleMap, SpeechBuffer
from asr.filters import copied
from asr.prompt import Prompt
from asr.screen import VOICE
from asr.vad import FRAME, SpeechGate
from asr.whisper import LONGEST_S, TEMPERATURES, WINDOWS_S, Hypothesis, Request
from visit.audio import SAMPLE_RATE
from visit.words import Word

_CUT_WITHIN = 3 * SAMPLE_RATE
"""A window that is full is cut in its last three seconds."""

_SAID = 40
"""How many committed words are remembered, to know when they are only said again."""

_COLLAPSE = 1.0
"""Fall of the committed words' mean log-probability from which they no longer fit the sound."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A word in samples of the visit and the tokens that force it."""

    word: Word
    tokens: tuple[int, ...]


class Window:
    """The sound of one channel that still matters, from :attr:`start` on. Committed words in it are its ``context``:
    they are forced when it is decoded; words that leave it become the prompt."""

    def __init__(self, first_sample: int, prompt: Prompt | None) -> None:
        """Begin at a sample of the visit; ``prompt`` begins with the chart's terms."""
        self.gate = SpeechGate(first_sample)
        self.buffer = SpeechBuffer(first_sample)
        self.start = self.committed_to = first_sample
        """Where the window begins, and where the last committed word ends."""
        self.context: list[Placed] = []
        self.said: list[Word] = []
        """The last committed words, whether or not they are still in the window."""
        self._prompt = prompt
        self._prefix_logprob: float | None = None

    # ------------------------------------------------------------------ sound

    def feed(self, samples: Samples) -> None:
        """Add the next samples."""
        self.buffer.append(samples)
        self.buffer.spans.extend(self.gate.push(samples))

    def seconds(self, start: int, end: int) -> float:
        """Speech between two samples, as the decoder is given it."""
        return sum(piece.end - piece.start for piece in self.buffer.pieces(start, end)) / SAMPLE_RATE

    def voiced_s(self, start: int, end: int) -> float:
        """Seconds of certain voice between two samples."""
        return float((self.gate.scores(start, end) >= VOICE).sum()) * FRAME / SAMPLE_RATE

    def full_end(self) -> int:
        """Where a window of the greatest length ends: where the voice is weakest in its last three seconds."""
        limit, end = int(LONGEST_S * SAMPLE_RATE), self.start
        for piece in self.buffer.pieces(self.start, self.gate.position):
            end = min(piece.end, piece.start + limit)
            limit -= end - piece.start
            if limit <= 0:
                break
        if limit <= 0:
            scores = self.gate.scores(end - _CUT_WITHIN, end)
            if len(scores):
                end = end - _CUT_WITHIN + (int(scores.argmin()) + 1) * FRAME
        return end

    # --------------------------------------------------------------- decoding

    def request(self, end: int, *, beam: int, attempt: int) -> tuple[Request, SampleMap]:
        """The window up to ``end``; further attempts are without a prompt, warmer, and of the longest window."""
        pieces = self.buffer.pieces(self.start, end)
        request = Request(
            self.buffer.sound(pieces),
            prompt=() if attempt or self._prompt is None else self._prompt.tokens(),
            prefix=tuple(token for placed in self.context for token in placed.tokens),
            beam=beam,
            temperature=TEMPERATURES[attempt],
            window_s=WINDOWS_S[-1] if attempt else 0,
        )
        return request, SampleMap(pieces)

    def words(self, places: SampleMap, hypothesis: Hypothesis) -> list[Placed]:
        """The hypothesis's words in samples of the visit, without any that were already committed."""
        out = []
        for word in hypothesis.words:
            start = places.sample(word.start)
            end = max(start, places.sample(word.end, ending=True))
            out.append(Placed(Word(word.text, start, end, round(word.probability, 4)), word.tokens))
        if not self.context:
            out = [placed for placed in out if placed.word.end > self.committed_to]
        return out

    def collapsed(self, hypothesis: Hypothesis) -> bool:
        """Whether the committed words suddenly no longer fit the sound."""
        if not self.context:
            self._prefix_logprob = None
            return False
        before, self._prefix_logprob = self._prefix_logprob, hypothesis.prefix_logprob
        return before is not None and hypothesis.prefix_logprob <= before - _COLLAPSE

    # ------------------------------------------------------------ moving it on

    def commit(self, words: Sequence[Placed]) -> None:
        """These words (at least one) will not change."""
        self.context += words
        self.said = [*self.said, *(placed.word for placed in words)][-_SAID:]
        self.committed_to = max(self.committed_to, words[-1].word.end)

    def without_copy(self, words: list[Placed], misplaced: bool) -> tuple[list[Placed], list[Placed]]:
        """Words without a passage that is only said again, and that passage; ``misplaced`` as in :func:`copied`."""
        copy = copied(self.said, [placed.word for placed in words], misplaced=misplaced)
        if not copy:
            return words, []
        again = words[copy.start : copy.stop]
        if not copy.start:  # the committed words were placed too early: here they are
            self.committed_to = max(self.committed_to, again[-1].word.end)
        return words[: copy.start] + words[copy.stop :], again

    def begin_after(self, done: int) -> None:
        """Start after everything committed, and not before ``done``."""
        self._leave(len(self.context))
        self.start = max(self.start, self.committed_to, done)
        self.forget(self.start)

    def forget_text(self) -> None:
        """Tell the decoder nothing of what was heard before."""
        if self._prompt is not None:
            self._prompt.forget()

    def cut_back(self, keep_s: float) -> bool:
        """Begin at a committed word of the last ``keep_s``, best at the start of a sentence; false if there is none."""
        keep = keep_s * SAMPLE_RATE
        late = [at for at, placed in enumerate(self.context) if self.committed_to - placed.word.start <= keep]
        if not late:
            return False
        cut = next((at for at in late if at and self.context[at - 1].word.text[-1] in ".?!"), late[0])
        if cut:
            before, after = self.context[cut - 1].word, self.context[cut].word
            self.start = max(self.start, before.end, after.start - SAMPLE_RATE // 10)
            self._leave(cut)
            self.forget(self.start)
        return True

    def forget(self, before: int) -> None:
        """Drop sound that no window will need."""
        self.buffer.forget(before)
        self.gate.forget(before)

    def _leave(self, count: int) -> None:
        """The first committed words leave the window and become what came before it."""
        if self._prompt is not None:
            self._prompt.add(token for placed in self.context[:count] for token in placed.tokens)
        self.context = self.context[count:]
        self._prefix_logprob = None
