"""Whole files through the transcriber: a finished transcript, or the events of hearing it live."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from asr.audio import open_recording
from asr.errors import BadAudio
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE
from visit.charts import Chart
from visit.hearing import CommittedWords, HearingEvent, PartialWords, TurnClosed
from visit.turns import Speaker, Transcript, Turn

_BLOCK_S = 0.1

_MOST_LAG_S = 60.0
"""A recording played faster than it can be heard waits here, so that memory stays bounded."""


class Stream(Protocol):
    """A live stream that can say who speaks and how far it is behind."""

    speaker: Speaker

    @property
    def lag_s(self) -> float:
        """Seconds of speech that wait."""

    def feed(self, pcm: bytes) -> None:
        """Add sound."""

    def finish(self) -> None:
        """Decode the rest."""

    def abandon(self) -> None:
        """Drop the rest."""


class Hearing(Protocol):
    """The parts of :class:`~asr.engine.WhisperTranscriber` that the doors use."""

    def open(self, chart: Chart, emit: Callable[[HearingEvent], None], *, channels: int = 1) -> Stream:
        """Start hearing."""

    def finalise(
        self, pcm: Path, chart: Chart, *, channels: int = 1, progress: Callable[[float], None] | None = None
    ) -> Transcript:
        """Decode a whole visit."""


def transcribe_file(
    transcriber: Hearing, path: Path, chart: Chart, progress: Callable[[float], None] | None = None
) -> Transcript:
    """The finished transcript of a recording in any format that :mod:`asr.audio` reads.

    Raises a :class:`~asr.errors.BadAudio` for a file that is empty, cut off or no audio.
    """
    recording = open_recording(path)
    with tempfile.TemporaryDirectory(prefix="sidenote-") as folder:
        pcm = Path(folder) / "visit.pcm"
        with pcm.open("wb") as file:
            for block in recording.blocks():
                file.write(block)
        return transcriber.finalise(pcm, chart, channels=recording.channels, progress=progress)


def live_file(
    transcriber: Hearing,
    path: Path,
    chart: Chart,
    speed: float = 1.0,
    on_event: Callable[[dict[str, Any]], None] = lambda _: None,
) -> Transcript:
    """Play a recording to the transcriber at ``speed`` times real time; report what it says when, return it whole.

    Each row has ``t`` (seconds since the first sample was played, in the recording's time), ``type``
    ("partial" or "final") and ``text``; a final row has ``start`` and ``end`` in seconds and, when the voice's
    role is known, ``speaker``. Raises a :class:`~asr.errors.BadAudio`, after what could be heard was reported.
    """
    recording = open_recording(path)
    began = time.monotonic()
    stream: Stream | None = None
    turns: dict[int, Turn] = {}

    def emit(event: HearingEvent) -> None:
        if isinstance(event, TurnClosed):
            turns[event.turn.index] = event.turn
        row = event_row(event, stream.speaker if stream else Speaker.UNKNOWN)
        if row is not None:
            on_event({"t": round((time.monotonic() - began) * speed, 3), **row})

    stream = transcriber.open(chart, emit, channels=recording.channels)
    fed = 0
    try:
        for block in recording.blocks(_BLOCK_S):
            fed += len(block) // (BYTES_PER_SAMPLE * recording.channels)
            wait = began + fed / SAMPLE_RATE / speed - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            while stream.lag_s > _MOST_LAG_S:
                time.sleep(_BLOCK_S)
            stream.feed(block)
        stream.finish()
    except BadAudio:
        stream.finish()
        raise
    finally:
        stream.abandon()
    return Transcript(tuple(turns[index] for index in sorted(turns)), (), round(fed / SAMPLE_RATE, 3))


def event_row(event: HearingEvent, speaker: Speaker = Speaker.UNKNOWN) -> dict[str, Any] | None:
    """An event as a row of the event stream, without its time; ``None`` for what the stream does not tell."""
    if isinstance(event, PartialWords):
        return {"type": "partial", "text": " ".join(word.text for word in event.words)}
    if not isinstance(event, CommittedWords):
        return None
    row: dict[str, Any] = {
        "type": "final",
        "text": " ".join(word.text for word in event.words),
        "start": event.words[0].start / SAMPLE_RATE,
        "end": event.words[-1].end / SAMPLE_RATE,
    }
    return row if speaker is Speaker.UNKNOWN else row | {"speaker": speaker.value}
