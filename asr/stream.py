"""The commit machine: when to decode, and which of the heard words will not change. :mod:`asr.window` holds the sound.

It does no input or output and knows no clock: sound goes in with :meth:`CommitMachine.feed`, the engine asks
for the :meth:`~CommitMachine.next_job`, decodes it, and hands the result to :meth:`~CommitMachine.apply`,
which returns events. Words are committed when two decodings in a row agree on them (LocalAgreement-2,
arXiv 2307.14743) and they end well before the newest sound, or when the utterance ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from asr.audio import Samples
from asr.buffer import SampleMap
from asr.filters import fold, repeats
from asr.prompt import Prompt
from asr.screen import screen
from asr.vad import FRAME, Span
from asr.whisper import LONGEST_S, TEMPERATURES, Hypothesis, Request
from asr.window import Placed, Window
from visit.audio import SAMPLE_RATE
from visit.hearing import CommittedWords, HearingEvent, PartialWords, Rejected
from visit.words import Word


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the commit policy, in seconds.

    A word waits for ``hold_back_s`` of sound after it, and for ``doubt_back_s`` more times its improbability, less
    when decodings are further apart than ``pace_s``; a pause of ``settle_s`` is decoded with care ahead of the end
    of the utterance; a window beyond ``trim_at_s`` is cut back to ``context_s`` of committed words; one of
    ``hard_max_s`` commits without agreement; ``forget_s`` of silence drop the context; ``uncovered_s`` of voice
    without a word at the end of an utterance, or a whole utterance with ``unheard_s`` of voice and no word, are
    decoded once more; an utterance of at most ``short_s``, nothing before it, with a word less probable than
    ``sure``, waits ``next_s`` for what is said next.
    """

    hold_back_s: float = 0.4
    doubt_back_s: float = 1.6
    pace_s: float = 0.6
    settle_s: float = 0.25
    trim_at_s: float = 10.5
    context_s: float = 5.0
    hard_max_s: float = 24.0
    forget_s: float = 30.0
    uncovered_s: float = 1.0
    unheard_s: float = 0.4
    short_s: float = 2.0
    sure: float = 0.5
    next_s: float = 2.0


class Kind(StrEnum):
    """Why a window is decoded."""

    PARTIAL = "partial"
    """Speech goes on: look for words that two decodings agree on."""
    SETTLE = "settle"
    """A pause began: decode with care now, so that the words are ready if it ends the utterance."""
    ENDPOINT = "endpoint"
    """The utterance ended: decode with care and commit everything."""
    FORCED = "forced"
    """The window is full: commit all but the newest words whether or not two decodings agree."""


_BEAM: Final = {Kind.PARTIAL: 1, Kind.SETTLE: 5, Kind.ENDPOINT: 5, Kind.FORCED: 5}


@dataclass(frozen=True, slots=True)
class Job:
    """A window to decode, and what is needed to read the result."""

    kind: Kind
    request: Request
    map: SampleMap
    voice_end: int

    @property
    def urgent(self) -> bool:
        """Whether words wait for it that nothing else will commit."""
        return self.kind in (Kind.ENDPOINT, Kind.FORCED)


@dataclass(frozen=True, slots=True)
class _Settled:
    """A careful decoding of an utterance that may have ended, kept until it is known whether it has."""

    voice_end: int
    words: tuple[Placed, ...]
    hypothesis: Hypothesis


class CommitMachine:
    """One channel of one visit."""

    def __init__(
        self,
        *,
        first_sample: int = 0,
        prompt: Prompt | None = None,
        listed: Sequence[str] = (),
        policy: Policy | None = None,
    ) -> None:
        """``prompt`` begins with the chart's terms; ``listed`` are the same as words."""
        self.policy = policy or Policy()
        self._window = Window(first_sample, prompt)
        self.gate, self.buffer = self._window.gate, self._window.buffer
        self._listed = tuple(listed)
        self._done = self._decoded_to = first_sample
        self._previous: list[Placed] = []
        self._settled: _Settled | None = None
        self._settled_at = -1
        self._attempt = 0
        self._step_s = self.policy.pace_s
        self._tail_retried = False
        self._shown = False
        self._ended = False

    def feed(self, samples: Samples) -> None:
        """Add the next samples."""
        self._window.feed(samples)
        if self.idle:
            if self._window.context and self.gate.silence > self.policy.forget_s * SAMPLE_RATE:
                self._distrust()
            if not self._window.context:
                self._window.forget(self.gate.position - 2 * SAMPLE_RATE)

    def finish(self) -> None:
        """No more sound will come: what is left is an utterance that ended."""
        self._ended = True
        self.gate.close()

    @property
    def idle(self) -> bool:
        """Whether all speech found so far is committed."""
        return self._pending() is None

    @property
    def waiting_s(self) -> float:
        """Seconds of speech that no decoding has looked at yet."""
        return self._window.seconds(max(self._decoded_to, self._done), self.gate.position)

    def ready(self) -> list[HearingEvent]:
        """Events that need no decoding: of an utterance that ended just where it was settled."""
        if self._holds():
            return []
        settled, span = self._settled, self._pending()
        if settled is None or span is None or not span.closed or span.voice_end != settled.voice_end:
            return []
        return self._end_utterance(list(settled.words), settled.hypothesis, span.end)

    def next_job(self, step_s: float = 0.6) -> Job | None:
        """What to decode now, if anything; partial decodings wait for ``step_s`` of new speech."""
        self._step_s = step_s
        span = None if self._holds() else self._pending()
        if span is None:
            return None
        if span.closed:
            return self._closed_job()
        now = self.gate.position
        if self._seconds(now) > self.policy.hard_max_s:
            return self._full_job()
        if now - span.voice_end >= self.policy.settle_s * SAMPLE_RATE:
            return self._job(Kind.SETTLE, now, span.voice_end) if self._settled_at != span.voice_end else None
        return self._job(Kind.PARTIAL, now, span.voice_end) if self.waiting_s >= step_s else None

    def apply(self, job: Job, hypothesis: Hypothesis) -> list[HearingEvent]:
        """Take the result of the last job; returns what changed."""
        self._decoded_to = job.map.end
        if job.kind is Kind.SETTLE:
            self._settled_at = job.voice_end
        if self._window.collapsed(hypothesis):
            self._drop_context()
            return []
        words = self._window.words(job.map, hypothesis)
        if hypothesis.capped or hypothesis.compression > 2.4 or repeats([h.word.text for h in words]):
            return self._looping(job, words)
        words, again = self._window.without_copy(words, misplaced=self._tail_retried)
        if not job.urgent:
            return self._agree(job, words, hypothesis)
        refused = _rejected(again, "repetition")
        if job.kind is Kind.ENDPOINT:
            return [*refused, *self._end_utterance(words, hypothesis, job.map.end)]
        return [*refused, *self._force(job, words, hypothesis)]

    # ---------------------------------------------------------------- work out

    def _holds(self) -> bool:
        """Whether a short and doubtful utterance waits for the next; once that begins, both are one window.

        A lone "Hello?" is what the model mishears most; with what follows it hears both right.
        """
        span, settled, policy = self._pending(), self._settled, self.policy
        if span is None or settled is None or not settled.words or not span.closed or self._ended:
            return False
        doubtful = min(heard.word.probability for heard in settled.words) < policy.sure
        if self._window.context or not doubtful or self._seconds(span.end) > policy.short_s:
            return False
        if any(other.start >= span.end for other in self.buffer.spans):
            self._done, self._settled = max(self._done, span.end), None
            return False
        return self.gate.silence < policy.next_s * SAMPLE_RATE

    def _pending(self) -> Span | None:
        return next((span for span in self.buffer.spans if not span.closed or span.end > self._done), None)

    def _closed_job(self) -> Job:
        """The next utterance that ended, together with later ones that fit beside it when hearing is behind."""
        waiting = [span for span in self.buffer.spans if span.closed and span.end > self._done]
        if self._window.context and self._seconds(waiting[0].end) > LONGEST_S:
            self._drop_context()
        fitting = [span for span in waiting if self._seconds(span.end) <= LONGEST_S]
        if not fitting:
            return self._full_job()
        return self._job(Kind.ENDPOINT, fitting[-1].end, fitting[-1].voice_end)

    def _full_job(self) -> Job:
        """As much as one window holds."""
        if self._window.context:
            self._drop_context()
        end = self._window.full_end()
        return self._job(Kind.FORCED, end, end)

    def _job(self, kind: Kind, end: int, voice_end: int) -> Job:
        request, places = self._window.request(end, beam=_BEAM[kind], attempt=self._attempt)
        return Job(kind, request, places, voice_end)

    # ------------------------------------------------------------ results in

    def _looping(self, job: Job, words: list[Placed]) -> list[HearingEvent]:
        """The text repeats itself: partial results wait, a final one is tried again, then refused."""
        if not job.urgent:
            return []
        self._distrust()
        if self._attempt + 1 < len(TEMPERATURES):
            self._attempt += 1
            return []
        self._close_utterance(job.map.end)
        self._distrust()
        return [*self._clear(), *_rejected(words, "repetition")]

    def _agree(self, job: Job, words: list[Placed], hypothesis: Hypothesis) -> list[HearingEvent]:
        """LocalAgreement-2: commit what this and the previous decoding both say, except at the newest sound."""
        agreed = 0
        for heard, before in zip(words, self._previous, strict=False):
            if fold(heard.word.text) != fold(before.word.text) or heard.word.end > self._settled_to(job, heard.word):
                break
            agreed += 1
        verdict = screen([heard.word for heard in words], hypothesis, self.gate, self._listed)
        agreed = min(agreed, verdict.kept(len(words)))
        events = self._commit(words[:agreed])
        self._previous = words[agreed:]
        if job.kind is Kind.SETTLE:
            self._settled = _Settled(job.voice_end, tuple(self._previous), hypothesis)
        shown = tuple(heard.word for at, heard in enumerate(words) if at >= agreed and at not in verdict.dropped)
        if shown or self._shown:
            events.append(PartialWords(shown))
        self._shown = bool(shown)
        self._trim()
        return events

    def _settled_to(self, job: Job, word: Word) -> float:
        """Where a word must end for the sound after it to be enough."""
        doubt_s = self.policy.doubt_back_s * (1 - word.probability) * min(1.0, self.policy.pace_s / self._step_s)
        return job.map.end - (self.policy.hold_back_s + doubt_s) * SAMPLE_RATE

    def _end_utterance(self, words: list[Placed], hypothesis: Hypothesis, end: int) -> list[HearingEvent]:
        """Commit everything that passes the filters, unless voice at the end was left without words."""
        verdict = screen([heard.word for heard in words], hypothesis, self.gate, self._listed)
        events = self._commit([heard for at, heard in enumerate(words) if at not in verdict.dropped])
        for at, reason in verdict.dropped.items():
            events += _rejected([words[at]], reason)
        covered = max([self._window.committed_to, *(heard.word.end for heard in words)])
        missed = self._window.voiced_s(max(covered, self._window.start), end)
        again = self._unheard(covered, end)
        if again is not None and not self._tail_retried:
            self._drop_context()
            self._window.start = max(self._window.start, again)
            self._tail_retried, self._settled, self._previous = True, None, []
            return events
        if missed > self.policy.uncovered_s:
            events.append(Rejected("", "speech without words", covered, end))
        self._close_utterance(end)
        if verdict.dropped or missed > self.policy.uncovered_s:
            self._distrust()
        return [*events, *self._clear()]

    def _unheard(self, covered: int, end: int) -> int | None:
        """Where voice without a word begins after the last word: in its own utterance, or in a later one.

        Of several utterances in one window the model may pass over the last ones.
        """
        whole = [span for span in self.buffer.spans if covered - FRAME <= span.start < end]
        first = min((span.start for span in whole), default=end)
        if self._window.voiced_s(max(covered, self._window.start), first) > self.policy.uncovered_s:
            return covered
        spoken = (s.start for s in whole if self._window.voiced_s(s.start, min(s.end, end)) > self.policy.unheard_s)
        return next(spoken, None)

    def _force(self, job: Job, words: list[Placed], hypothesis: Hypothesis) -> list[HearingEvent]:
        """Commit a full window but for its newest words, and go on after them."""
        limit = job.map.end - self.policy.hold_back_s * SAMPLE_RATE
        kept = [heard for heard in words if heard.word.end <= limit] or words
        verdict = screen([heard.word for heard in kept], hypothesis, self.gate, self._listed)
        events = self._commit([heard for at, heard in enumerate(kept) if at not in verdict.dropped])
        for at, reason in verdict.dropped.items():
            events += _rejected([kept[at]], reason)
        if not kept:
            events.append(Rejected("", "speech without words", self._window.start, job.map.end))
        start = self._window.start
        self._drop_context()
        self._window.start = self._decoded_to = max(kept[-1].word.end if kept else job.map.end, start + FRAME)
        self._attempt, self._settled, self._previous = 0, None, []
        return [*events, *self._clear()]

    def _commit(self, words: list[Placed]) -> list[HearingEvent]:
        if not words:
            return []
        self._window.commit(words)
        return [CommittedWords(tuple(heard.word for heard in words))]

    def _clear(self) -> list[HearingEvent]:
        """Take back what was shown but not committed."""
        shown, self._shown = self._shown, False
        return [PartialWords(())] if shown else []

    def _close_utterance(self, end: int) -> None:
        self._done = self._decoded_to = max(self._done, end)
        self._attempt, self._tail_retried = 0, False
        self._settled, self._previous = None, []
        self._trim()

    # --------------------------------------------------------------- the window

    def _seconds(self, end: int) -> float:
        return self._window.seconds(self._window.start, end)

    def _drop_context(self) -> None:
        """Start the window after everything committed."""
        self._window.begin_after(self._done)
        self._previous, self._settled = [], None

    def _trim(self) -> None:
        """Keep the window short."""
        if self._seconds(self.gate.position) <= self.policy.trim_at_s or not self._window.context:
            return
        if not self._window.cut_back(self.policy.context_s):
            self._drop_context()

    def _distrust(self) -> None:
        """Something refused was heard here: keep its sound and its text out of the next window."""
        self._drop_context()
        self._window.forget_text()


def _rejected(words: Sequence[Placed], reason: str) -> list[HearingEvent]:
    if not words:
        return []
    text = " ".join(heard.word.text for heard in words)
    return [Rejected(text, reason, words[0].word.start, words[-1].word.end)]
