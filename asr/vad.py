"""Where speech is: Silero VAD v6, run statefully, and the gate that turns its numbers into spans."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import faster_whisper
import numpy as np
import numpy.typing as npt
import onnxruntime

from asr.audio import Floats, Samples, to_float
from asr.errors import ModelMissing
from visit.audio import SAMPLE_RATE

FRAME = 512
"""Samples the model judges at once (32 ms)."""

_CONTEXT = 64


class Silero:
    """Speech probability per frame. One instance serves all streams; each keeps its own :class:`SileroState`."""

    def __init__(self) -> None:
        """Load the network that ships with faster-whisper."""
        path = Path(faster_whisper.__file__).parent / "assets" / "silero_vad_v6.onnx"
        if not path.is_file():
            raise ModelMissing("the voice activity model is missing from the faster-whisper package")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def __call__(self, frames: Floats, state: "SileroState") -> Floats:
        """Probabilities of consecutive ``frames`` (n, 512); advances ``state``."""
        before = np.concatenate([state.context[None], frames[:-1, -_CONTEXT:]])
        rows = np.concatenate([before, frames], axis=1)
        out, state.h, state.c = self._session.run(None, {"input": rows, "h": state.h, "c": state.c})
        state.context = frames[-1, -_CONTEXT:].copy()
        return np.asarray(out, np.float32).reshape(-1)


@lru_cache(1)
def silero() -> Silero:
    """The process's model."""
    return Silero()


def _zeros(*shape: int) -> Floats:
    return np.zeros(shape, np.float32)


@dataclass(slots=True)
class SileroState:
    """What the network remembers of one stream."""

    h: Floats = field(default_factory=lambda: _zeros(1, 1, 128))
    c: Floats = field(default_factory=lambda: _zeros(1, 1, 128))
    context: Floats = field(default_factory=lambda: _zeros(_CONTEXT))


@dataclass(frozen=True, slots=True)
class GateSettings:
    """When speech begins and ends (probabilities, then milliseconds)."""

    enter: float = 0.5
    leave: float = 0.35
    minimum_ms: int = 200
    pad_before_ms: int = 200
    pad_after_ms: int = 300
    endpoint_ms: int = 600


@dataclass(slots=True)
class Span:
    """A padded stretch of speech in samples. ``voice_end`` is where the voice was last heard, unpadded."""

    start: int
    end: int
    voice_end: int
    closed: bool = False


class SpeechGate:
    """Finds spans of speech in one channel as it arrives.

    A span opens once :attr:`GateSettings.minimum_ms` of voice were heard and closes after
    :attr:`GateSettings.endpoint_ms` without any.
    """

    def __init__(self, first_sample: int = 0, settings: GateSettings | None = None) -> None:
        """Begin at ``first_sample`` of the visit."""
        self.settings = settings or GateSettings()
        self.position = first_sample
        """Samples judged so far; a rest shorter than a frame waits for more."""
        self._rest: Samples = np.zeros(0, np.int16)
        self._state = SileroState()
        self._scores = bytearray()
        self._scores_from = first_sample
        self._voice_start: int | None = None
        self._voice_end = first_sample
        self._voiced = 0
        self._span: Span | None = None
        self._last_end = first_sample

    def push(self, samples: Samples) -> list[Span]:
        """Judge the next samples. Returns spans that opened; the same objects grow and are marked closed later."""
        rest = np.concatenate([self._rest, samples])
        count = len(rest) // FRAME
        self._rest = rest[count * FRAME :].copy()
        if not count:
            return []
        scores = silero()(to_float(rest[: count * FRAME]).reshape(count, FRAME), self._state)
        self._scores += (scores * 255).astype(np.uint8).tobytes()
        opened = [span for score in scores if (span := self._frame(float(score))) is not None]
        return opened

    def close(self) -> None:
        """End of the audio: close the open span where it is."""
        if self._span is not None:
            self._close(min(self._span.voice_end + self._samples(self.settings.pad_after_ms), self.position))
        self._voice_start, self._voiced = None, 0

    @property
    def silence(self) -> int:
        """Samples since a voice was last heard."""
        return self.position - self._voice_end

    def scores(self, start: int, end: int) -> npt.NDArray[np.uint8]:
        """Speech probabilities times 255 of the frames between two samples, as far as they are kept."""
        first = max(0, (start - self._scores_from) // FRAME)
        last = max(0, -(-(end - self._scores_from) // FRAME))
        return np.frombuffer(bytes(self._scores[first:last]), np.uint8)

    def forget(self, before: int) -> None:
        """Drop the probabilities of frames that end before a sample."""
        frames = min(max(0, (before - self._scores_from) // FRAME), len(self._scores))
        del self._scores[:frames]
        self._scores_from += frames * FRAME

    def _frame(self, score: float) -> Span | None:
        frame_start, self.position = self.position, self.position + FRAME
        speaking = self._voice_start is not None
        if score >= (self.settings.leave if speaking else self.settings.enter):
            if self._voice_start is None:
                self._voice_start, self._voiced = frame_start, 0
            self._voiced += FRAME
            self._voice_end = self.position
        if self._span is not None:
            self._span.end, self._span.voice_end = self.position, self._voice_end
        if self._voice_start is None:
            return None
        if self.silence >= self._samples(self.settings.endpoint_ms):
            if self._span is not None:
                self._close(self._voice_end + self._samples(self.settings.pad_after_ms))
            self._voice_start, self._voiced = None, 0
        elif self._span is None and self._voiced >= self._samples(self.settings.minimum_ms):
            start = max(self._last_end, self._voice_start - self._samples(self.settings.pad_before_ms))
            self._span = Span(start, self.position, self._voice_end)
            return self._span
        return None

    def _close(self, end: int) -> None:
        assert self._span is not None
        self._span.end, self._span.closed = end, True
        self._last_end, self._span = end, None

    @staticmethod
    def _samples(milliseconds: int) -> int:
        return milliseconds * SAMPLE_RATE // 1000
