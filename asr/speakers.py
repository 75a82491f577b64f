"""Which words belong to the same voice: CAM++ embeddings, matched live and clustered at the end of a visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import kaldi_native_fbank
import numpy as np
import numpy.typing as npt
import onnxruntime

from asr.audio import Samples, to_float
from asr.chunks import find_speech
from asr.errors import ModelMissing, TooLittleSpeech
from asr.pcm import PcmFile
from visit.audio import SAMPLE_RATE
from visit.voices import VoicePrint
from visit.words import Word

Embedding = npt.NDArray[np.float32]

SPEAKER_MODEL: Final = "campplus-cn-en-common"
"""Voice prints are comparable only among themselves."""

MOST_VOICES: Final = 4
ENROLLED: Final = "clinician"
"""The label of the voice that a clinician enrolled."""

ENROL_S: Final = 10.0
"""Seconds of speech that a voice print needs."""

SAME_VOICE: Final = 0.45
"""Cosine from which two stretches are the same voice."""

SHORTEST_S: Final = 0.5
"""A stretch of speech shorter than this says too little about its voice."""

_RUN_PAUSE: Final = SAMPLE_RATE // 5
"""A pause between words at which another voice may begin."""

_LONGEST: Final = 3 * SAMPLE_RATE


class Embedder:
    """The speaker embedding network on onnxruntime. Thread-safe."""

    def __init__(self, model: Path) -> None:
        """Load an ONNX file that :func:`asr.convert.export_campplus` wrote."""
        if not model.is_file():
            raise ModelMissing("the speaker model file is missing")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        fbank = kaldi_native_fbank.FbankOptions()
        fbank.frame_opts.dither = 0.0
        fbank.frame_opts.samp_freq = float(SAMPLE_RATE)
        fbank.frame_opts.snip_edges = True
        fbank.mel_opts.num_bins = 80
        self._fbank = fbank

    def __call__(self, sound: Samples) -> Embedding:
        """A unit vector (192) for a stretch of one voice, best between one and three seconds."""
        bank = kaldi_native_fbank.OnlineFbank(self._fbank)
        bank.accept_waveform(SAMPLE_RATE, to_float(sound).tolist())
        bank.input_finished()
        features = np.stack([bank.get_frame(at) for at in range(bank.num_frames_ready)]).astype(np.float32)
        features -= features.mean(axis=0)
        vector = np.asarray(self._session.run(None, {"features": features[None]})[0][0], np.float32)
        return vector / np.float32(max(float(np.linalg.norm(vector)), 1e-9))


@dataclass(frozen=True, slots=True)
class Run:
    """Words without a pause between them, ``first`` to ``last`` (indices, both included)."""

    first: int
    last: int
    start: int
    end: int


def runs(words: Sequence[Word]) -> list[Run]:
    """Split words where a speaker may change: at a pause, or where a sentence ends."""
    out: list[Run] = []
    first = 0
    for at, word in enumerate(words):
        last = at + 1 == len(words)
        gap = 0 if last else words[at + 1].start - word.end
        ended = word.text[-1:] in ".?!" and word.end - words[first].start > SHORTEST_S * SAMPLE_RATE
        if last or gap >= _RUN_PAUSE or ended:
            out.append(Run(first, at, words[first].start, word.end))
            first = at + 1
    return out


@dataclass(slots=True)
class _Centroid:
    total: Embedding
    weight: float

    @property
    def direction(self) -> Embedding:
        return self.total / np.float32(max(float(np.linalg.norm(self.total)), 1e-9))


def voice_print(pcm: PcmFile, embed: "Embedder", model: str) -> VoicePrint:
    """The print of the one voice in a recording. Raises :class:`TooLittleSpeech`."""
    spans, _ = find_speech(pcm)
    windows = [
        (start, min(start + _LONGEST, span.end))
        for span in spans
        for start in range(span.start, span.end, _LONGEST)
        if min(start + _LONGEST, span.end) - start >= SAMPLE_RATE
    ]
    if sum(end - start for start, end in windows) < ENROL_S * SAMPLE_RATE:
        raise TooLittleSpeech(ENROL_S)
    total = np.sum([embed(pcm.read(start, end)) for start, end in windows], axis=0)
    unit = total / max(float(np.linalg.norm(total)), 1e-9)
    return VoicePrint(tuple(round(float(number), 6) for number in unit), model)


class VoiceTracker:
    """Labels voices while a visit goes on: "voice-0" is the first heard, at most four are told apart.

    An enrolled voice is known before it speaks, as :data:`ENROLLED`.
    """

    same = SAME_VOICE
    """Cosine from which a stretch certainly belongs to a known voice and refines it."""
    other = (0.0, 0.38, 0.22, 0.15)
    """Cosine under which a stretch is a new voice when so many are known: a visit has two, rarely more."""
    steady_s = 1.0
    """Only a stretch this long founds or refines a voice."""

    def __init__(self, embed: Embedder, enrolled: VoicePrint | None = None) -> None:
        """Begin with the enrolled voice, or without any."""
        self._embed = embed
        self._centroids: list[_Centroid] = []
        self._names: list[str] = []
        if enrolled is not None:
            vector = np.array(enrolled.vector, np.float32)
            self._centroids.append(_Centroid(vector * np.float32(ENROL_S), ENROL_S))
            self._names.append(ENROLLED)
        self._last: str | None = None
        self._last_end = 0

    def label(self, words: Sequence[Word], sound: Samples, first_sample: int) -> list[str | None]:
        """A voice for each word. ``sound`` begins at ``first_sample`` and covers the words and a run-up."""
        labels: list[str | None] = []
        for run in runs(words):
            voice = self._voice(run, sound, first_sample)
            labels += [voice] * (run.last - run.first + 1)
            self._last, self._last_end = voice, run.end
        return labels

    def _voice(self, run: Run, sound: Samples, first_sample: int) -> str | None:
        start = run.start
        continued = run.start - self._last_end < _RUN_PAUSE and self._last is not None
        if continued and run.end - start < 1.5 * SAMPLE_RATE:
            start = max(first_sample, run.end - int(1.5 * SAMPLE_RATE))  # borrow sound of the run it continues
        start = max(start, run.end - _LONGEST)
        piece = sound[max(0, start - first_sample) : run.end - first_sample]
        length_s = len(piece) / SAMPLE_RATE
        if length_s < SHORTEST_S:
            return self._last
        return self._match(self._embed(piece), length_s)

    def _match(self, vector: Embedding, length_s: float) -> str | None:
        if not self._centroids:
            return self._found(vector, length_s) if length_s >= self.steady_s else None
        scores = [float(vector @ centroid.direction) for centroid in self._centroids]
        best = int(np.argmax(scores))
        known = len(self._centroids)
        if known < MOST_VOICES and scores[best] < self.other[known] and length_s >= self.steady_s * known:
            return self._found(vector, length_s)
        if scores[best] >= self.same and length_s >= self.steady_s:
            self._centroids[best].total = self._centroids[best].total + vector * np.float32(length_s)
            self._centroids[best].weight += length_s
        return self._names[best]

    def _found(self, vector: Embedding, length_s: float) -> str:
        self._centroids.append(_Centroid(vector * np.float32(length_s), length_s))
        self._names.append(f"voice-{sum(name != ENROLLED for name in self._names)}")
        return self._names[-1]
