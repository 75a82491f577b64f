"""One visit being heard live: sound in from any thread, events out on the engine's thread."""

import threading
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import numpy as np

from asr.audio import Samples
from asr.errors import EngineStopped
from asr.roles import RoleBook
from asr.speakers import ENROLLED
from asr.stream import CommitMachine, Job
from asr.turns import TurnBuilder, VoicedWord
from asr.whisper import Hypothesis
from asr.worker import DEGRADED_LAG_S, Task, Worker
from visit.audio import SAMPLE_RATE
from visit.hearing import CommittedWords, HearingEvent, HearingState, HearingStatus, PartialWords, TurnClosed
from visit.turns import Speaker, Turn
from visit.words import Word

CHANNEL_ROLES: Final = {"channel-0": Speaker.CLINICIAN, "channel-1": Speaker.PATIENT}
"""Who is on which channel of a two-channel recording."""

ENROLLED_ROLES: Final = {ENROLLED: Speaker.CLINICIAN}
"""An enrolled voice has its role before it says a word."""

_RUN_UP: Final = SAMPLE_RATE * 3 // 2
"""Sound before the first new word that a voice tracker may use."""


class Voices(Protocol):
    """Tells voices apart while a visit goes on."""

    def label(self, words: Sequence[Word], sound: Samples, first_sample: int) -> list[str | None]:
        """A voice for each word. ``sound`` begins at ``first_sample`` and covers the words."""


class ChannelLane:
    """A channel's commit machine, as the worker sees it."""

    live = True

    def __init__(self, stream: "WhisperStream", machine: CommitMachine, voice: str | None) -> None:
        """Serve ``machine`` for ``stream``; ``voice`` is its only voice, or ``None`` when they must be told apart."""
        self.machine, self.voice = machine, voice
        self._stream = stream

    def tasks(self, step_s: float) -> Sequence[Task]:
        """The window wanted now, if any. Publishes words that turned out final without another decoding."""
        return self._stream.tasks_of(self, step_s)

    def take(self, task: Task, hypothesis: Hypothesis) -> None:
        """Apply a result and publish what it changed."""
        assert isinstance(task.job, Job)
        self._stream.take(self, task.job, hypothesis)


class WhisperStream:
    """The :class:`LiveStream` of :class:`~asr.engine.WhisperTranscriber`.

    ``feed`` only judges where speech is (about a hundredth of the sound's duration); decoding happens on the
    engine's thread.
    """

    def __init__(
        self,
        worker: Worker,
        machines: Sequence[CommitMachine],
        emit: Callable[[HearingEvent], None],
        *,
        voices: Voices | None = None,
        first_turn: int = 0,
    ) -> None:
        """One machine a channel; with one channel ``voices`` tells the speakers apart."""
        two = len(machines) == 2
        self._worker, self._emit, self._voices = worker, emit, voices
        self._lanes = [ChannelLane(self, m, f"channel-{at}" if two else None) for at, m in enumerate(machines)]
        self._roles = RoleBook(CHANNEL_ROLES if two else ENROLLED_ROLES)
        self._turns = TurnBuilder(self._roles.role, first_turn)
        self._partial: dict[int, tuple[Word, ...]] = {}
        self._lock = threading.Lock()  # guards the machines
        self._order = threading.RLock()  # held from a machine's change until its events are out
        self._settled = threading.Event()
        self._state = HearingState.LISTENING
        self._rest = b""
        self._gone = False
        self.speaker = Speaker.UNKNOWN
        """Best guess of who said the words of the event being emitted."""
        for lane in self._lanes:
            worker.add(lane)

    @property
    def lag_s(self) -> float:
        """Seconds of speech that wait to be decoded."""
        with self._lock:
            return max(lane.machine.waiting_s for lane in self._lanes)

    def feed(self, pcm: bytes) -> None:
        """Add the next samples, interleaved when there are two channels. Raises :class:`EngineStopped`."""
        if not self._worker.alive:
            raise EngineStopped("the speech engine is not running")
        channels = len(self._lanes)
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % (2 * channels)
        self._rest = pcm[whole:]
        samples = np.frombuffer(pcm[:whole], "<i2").astype(np.int16, copy=False).reshape(-1, channels)
        with self._lock:
            for at, lane in enumerate(self._lanes):
                lane.machine.feed(np.ascontiguousarray(samples[:, at]))
        self._worker.wake()

    def end(self) -> None:
        """No more sound will come."""
        with self._lock:
            for lane in self._lanes:
                lane.machine.finish()
        self._worker.wake()

    def finish(self) -> None:
        """Decode what is left, close the last turn and return. Raises :class:`EngineStopped`."""
        self.end()
        while not self._done():
            if not self._worker.alive:
                raise EngineStopped("the speech engine stopped before the visit was decoded")
            self._settled.wait(timeout=0.5)
            self._settled.clear()
        with self._order:
            self.abandon()
            self._publish_turns(self._turns.close())

    def _done(self) -> bool:
        with self._order, self._lock:
            return self._gone or all(lane.machine.idle for lane in self._lanes)

    def abandon(self) -> None:
        """Drop the stream without decoding the rest."""
        self._gone = True
        for lane in self._lanes:
            self._worker.remove(lane)

    # -------------------------------------------------- on the engine's thread

    def tasks_of(self, lane: ChannelLane, step_s: float) -> list[Task]:
        """The window a lane wants now."""
        with self._order:
            if self._gone:
                return []
            with self._lock:
                events = lane.machine.ready()
                sound = self._sound(lane, events)
                lag = lane.machine.waiting_s
                job = lane.machine.next_job(step_s)
                silent_to = lane.machine.gate.position if lane.machine.idle else 0
            self._publish(lane, events, sound)
            if silent_to:
                self._publish_turns(self._turns.silent_until(silent_to))
            self._report(lag)
        if job is None or (lag > DEGRADED_LAG_S and not job.urgent):
            return []
        return [Task(lane, job.request, 0 if job.urgent else 1, lag, job)]

    def take(self, lane: ChannelLane, job: Job, hypothesis: Hypothesis) -> None:
        """Apply a result to a lane's machine and publish what it changed."""
        with self._order:
            if self._gone:
                return
            with self._lock:
                events = lane.machine.apply(job, hypothesis)
                sound = self._sound(lane, events)
            self._publish(lane, events, sound)

    def _sound(self, lane: ChannelLane, events: Sequence[HearingEvent]) -> tuple[Samples, int]:
        """The sound around the words just committed, copied before the machine forgets it."""
        words = [word for event in events if isinstance(event, CommittedWords) for word in event.words]
        if not words or self._voices is None:
            return np.zeros(0, np.int16), 0
        return lane.machine.buffer.around(words[0].start - _RUN_UP, words[-1].end + SAMPLE_RATE // 10)

    def _publish(self, lane: ChannelLane, events: Sequence[HearingEvent], sound: tuple[Samples, int]) -> None:
        for event in events:
            if isinstance(event, CommittedWords):
                self._publish_words(lane, event.words, sound)
            elif isinstance(event, PartialWords):
                self._partial[id(lane)] = event.words
                words = sorted((w for part in self._partial.values() for w in part), key=lambda word: word.start)
                self._emit(PartialWords(tuple(words)))
            else:
                self._emit(event)
        if lane.machine.idle:
            self._settled.set()

    def _publish_words(self, lane: ChannelLane, words: Sequence[Word], sound: tuple[Samples, int]) -> None:
        """Emit committed words, one event a voice, and the turns that they close."""
        labels: list[str | None] = [lane.voice] * len(words)
        if self._voices is not None:
            labels = self._voices.label(words, *sound)
        items = [VoicedWord(word, voice) for word, voice in zip(words, labels, strict=True)]
        for item in items:
            self._roles.hear(item.voice, item.word.text)
        for group in _by_voice(items):
            self.speaker = self._roles.role(group[0].voice)
            self._emit(CommittedWords(tuple(item.word for item in group)))
        self._publish_turns(self._turns.add(items))

    def _publish_turns(self, closed: Sequence[Turn]) -> None:
        for turn in closed:
            self._emit(TurnClosed(turn))
        if closed:
            for turn in self._turns.revise():
                self._emit(TurnClosed(turn))

    def _report(self, lag_s: float) -> None:
        """Say when hearing falls behind, and when it has caught up (at half the limit, so as not to flutter)."""
        behind = lag_s > (DEGRADED_LAG_S if self._state is HearingState.LISTENING else DEGRADED_LAG_S / 2)
        state = HearingState.DEGRADED if behind else HearingState.LISTENING
        if state is not self._state:
            self._state = state
            self._emit(HearingStatus(state, round(lag_s, 2)))


def _by_voice(items: Sequence[VoicedWord]) -> list[list[VoicedWord]]:
    groups: list[list[VoicedWord]] = []
    for item in items:
        if groups and groups[-1][-1].voice == item.voice:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups
