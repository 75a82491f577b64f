"""The Whisper model: batches of windows in, words with times and probabilities out.

CTranslate2 does the arithmetic. Three of its rules shape this module: all prompts of a batch must have their
start token at the same place; a window of five seconds or less makes the decoder repeat itself without end;
and the number of new tokens is capped at half of ``max_length``, whatever the prompt's length.
"""

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from tokenizers import Tokenizer

from asr.audio import Floats
from asr.errors import ModelMissing
from visit.audio import SAMPLE_RATE

log = logging.getLogger(__name__)

WINDOWS_S: Final = (12, 15, 20, 30)
"""Window lengths the encoder is given. A batch holds windows of one length."""

TAIL_S: Final = 1.0
"""Silence every window ends with; a window filled to the brim makes the decoder loop."""

LONGEST_S: Final = WINDOWS_S[-1] - TAIL_S
"""Most audio one window can hold, in seconds."""

TEMPERATURES: Final = (0.0, 0.0, 0.2, 0.4)
"""Of each attempt at a window whose text repeats itself. All attempts but the first are told less."""

_FRAME_S: Final = 0.02
_MAX_NEW: Final = 224
_CONTEXT: Final = 448


@dataclass(frozen=True, slots=True)
class Request:
    """One window to decode. ``prefix`` are tokens that the text must begin with: words already committed.

    ``prompt`` are tokens of context before the start token; requests batch only when it has the same length.
    """

    audio: Floats
    prompt: tuple[int, ...] = ()
    prefix: tuple[int, ...] = ()
    beam: int = 1
    temperature: float = 0.0
    window_s: int = 0

    @property
    def window(self) -> int:
        """Seconds the encoder is given: the smallest of :data:`WINDOWS_S` that leaves a tail of silence."""
        seconds = len(self.audio) / SAMPLE_RATE + TAIL_S
        return max(self.window_s, next((w for w in WINDOWS_S if w >= seconds), WINDOWS_S[-1]))

    @property
    def max_new(self) -> int:
        """Most tokens that so much speech can need: 13 a second and a few."""
        return min(_MAX_NEW, int(13 * len(self.audio) / SAMPLE_RATE) + 8)

    @property
    def key(self) -> tuple[int, int, int, float, bool]:
        """Requests with equal keys can share a batch."""
        return self.window, len(self.prompt), self.beam, self.temperature, bool(self.prefix)


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of one window; times in seconds from the window's start, ``tokens`` as decoded."""

    text: str
    start: float
    end: float
    probability: float
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What one window was heard to say after its prefix.

    ``logprob`` is the mean log-probability of the new tokens, ``prefix_logprob`` that of the forced ones
    (0 when there are none); ``capped`` says that the decoder ran into its token limit.
    """

    words: tuple[HeardWord, ...]
    logprob: float = 0.0
    prefix_logprob: float = 0.0
    no_speech: float = 0.0
    capped: bool = False

    @property
    def text(self) -> str:
        """All words, joined."""
        return " ".join(word.text for word in self.words)

    @property
    def compression(self) -> float:
        """How well the text compresses; above 2.4 it repeats itself."""
        raw = self.text.encode()
        return len(raw) / len(zlib.compress(raw)) if raw else 0.0


class Whisper:
    """A loaded model. Not thread-safe: the engine's thread owns it."""

    def __init__(self, model_dir: Path, *, device: str = "auto", threads: int = 2) -> None:
        """Load from a CTranslate2 directory: float16 on CUDA, int8 on the CPU with ``threads`` threads."""
        if not (model_dir / "model.bin").is_file() or not (model_dir / "tokenizer.json").is_file():
            raise ModelMissing("the speech model folder has no model.bin or no tokenizer.json")
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"
        self.device = device
        self.name = model_dir.name
        self._model = ctranslate2.models.Whisper(
            str(model_dir),
            device=device,
            compute_type="float16" if device == "cuda" else "int8",
            intra_threads=threads,
            inter_threads=1,
        )
        self._tokenizer = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        self._features = FeatureExtractor(feature_size=self._model.n_mels)

    @cached_property
    def _start(self) -> list[int]:
        names = ["<|startoftranscript|>"]
        if self._model.is_multilingual:
            names += ["<|en|>", "<|transcribe|>"]
        return [self._token(name) for name in names]

    @cached_property
    def _end(self) -> int:
        return self._token("<|endoftext|>")

    @cached_property
    def _time_zero(self) -> int:
        """The time stamp 0.00: time stamps follow this token in every vocabulary, though not all name them."""
        return self._token("<|notimestamps|>") + 1

    def encode_text(self, text: str) -> tuple[int, ...]:
        """Tokens of plain text."""
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    @cached_property
    def prompt_start(self) -> int:
        """The token that opens a prompt."""
        return self._token("<|startofprev|>")

    def decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Hear a batch of windows with equal keys, in order."""
        first = requests[0]
        if any(request.key != first.key for request in requests):
            raise ValueError("windows of one batch must have equal keys")
        mel = np.stack([self._mel(request.audio, first.window) for request in requests])
        encoded = self._model.encode(ctranslate2.StorageView.from_array(mel))
        prompts = [[*request.prompt, *self._start, *self._forced(request)] for request in requests]
        new = max(request.max_new for request in requests)
        longest = max(map(len, prompts))
        results = self._model.generate(
            encoded,
            prompts,
            max_length=min(_CONTEXT, max(2 * new, new + longest)),
            suppress_blank=not first.prefix,  # after a prefix, saying nothing more is a good answer
            suppress_tokens=[-1],
            return_no_speech_prob=True,
            **_search(first),
        )
        texts = [[t for t in result.sequences_ids[0] if t < self._end] for result in results]
        frames = [max(1, int(len(r.audio) / SAMPLE_RATE / (_FRAME_S / 2))) for r in requests]
        aligned = self._align(encoded, texts, frames)
        return [
            self._hypothesis(request, tokens, alignment, float(result.no_speech_prob), len(tokens))
            for request, tokens, alignment, result in zip(requests, texts, aligned, results, strict=True)
        ]

    def _forced(self, request: Request) -> list[int]:
        """The tokens after the start token: decoding with time stamps keeps more of what was said than without."""
        return [self._time_zero, *request.prefix] if request.prefix else []

    def _token(self, name: str) -> int:
        token = self._tokenizer.token_to_id(name)
        if token is None:
            raise ModelMissing("the speech model's vocabulary lacks a token that Whisper needs")
        return int(token)

    def _mel(self, audio: Floats, window_s: int) -> Floats:
        limit = window_s * SAMPLE_RATE
        padded = np.zeros(limit, np.float32)
        padded[: min(limit, len(audio))] = audio[:limit]
        return np.ascontiguousarray(self._features(padded, padding=0), np.float32)

    def _align(self, encoded: Any, texts: list[list[int]], frames: list[int]) -> list[Any]:
        """Alignments per window; ``None`` for a window without text, which the aligner cannot take."""
        if not any(texts):
            return [None] * len(texts)
        stand_in = next(tokens for tokens in texts if tokens)
        found = self._model.align(encoded, self._start, [tokens or stand_in for tokens in texts], frames)
        return [item if tokens else None for item, tokens in zip(found, texts, strict=True)]

    def _hypothesis(
        self, request: Request, tokens: list[int], alignment: Any, no_speech: float, total: int
    ) -> Hypothesis:
        if alignment is None:
            return Hypothesis((), no_speech=no_speech)
        forced = len(request.prefix)
        scores = np.asarray(alignment.text_token_probs, np.float64)
        logs = np.log(np.maximum(scores, 1e-10))
        starts = _token_times(alignment.alignments, len(tokens))
        words = self._words(tokens, scores, starts, forced, len(request.audio) / SAMPLE_RATE)
        return Hypothesis(
            tuple(words),
            logprob=float(logs[forced:].mean()) if len(tokens) > forced else 0.0,
            prefix_logprob=float(logs[:forced].mean()) if forced else 0.0,
            no_speech=no_speech,
            capped=total - forced >= request.max_new,
        )

    def _words(self, tokens: list[int], scores: Any, starts: Any, forced: int, length_s: float) -> list[HeardWord]:
        """Group the tokens after the first ``forced`` into words; punctuation joins the word before it."""
        groups: list[list[int]] = []
        pieces = self._pieces(tokens[forced:])
        at = forced
        for piece, size in pieces:
            span = list(range(at, at + size))
            at += size
            if not groups or (piece.startswith(" ") and any(c.isalnum() for c in piece)):
                groups.append(span)
            else:
                groups[-1] += span
        words = []
        for group in groups:
            ids = tuple(tokens[i] for i in group)
            text = self._tokenizer.decode(list(ids), skip_special_tokens=True).strip()
            if not any(c.isalnum() for c in text):
                continue
            start, end = float(starts[group[0]]), float(starts[group[-1] + 1])
            words.append(HeardWord(text, min(start, length_s), min(end, length_s), _word_score(scores, group), ids))
        return words

    def _pieces(self, tokens: list[int]) -> list[tuple[str, int]]:
        """Decoded text of each token, joining tokens that only together form a character."""
        out: list[tuple[str, int]] = []
        held: list[int] = []
        for token in tokens:
            held.append(token)
            text = self._tokenizer.decode(held, skip_special_tokens=True)
            if "\ufffd" not in text or len(held) > 4:
                out.append((text, len(held)))
                held = []
        if held:
            out.append(("", len(held)))
        return out


def _search(request: Request) -> dict[str, Any]:
    if request.temperature > 0:
        return {"beam_size": 1, "sampling_topk": 0, "sampling_temperature": request.temperature}
    return {"beam_size": request.beam}


def _word_score(scores: Any, group: list[int]) -> float:
    return float(np.mean(scores[group[0] : group[-1] + 1]))


def _token_times(pairs: Sequence[tuple[int, int]], count: int) -> Any:
    """Start of each token in seconds, then the end of the last, from the aligner's (token, frame) path."""
    text, frame = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    jumps = np.concatenate([[True], np.diff(text) > 0])
    starts = frame[jumps] * _FRAME_S
    if len(starts) <= count:
        starts = np.concatenate([starts, np.full(count + 1 - len(starts), frame[-1] * _FRAME_S)])
    return starts
