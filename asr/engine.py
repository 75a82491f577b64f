"""The transcriber: one model, one engine thread, any number of visits."""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path

from asr.bias import Bias, bias_of
from asr.diarise import diarise
from asr.errors import ModelMissing
from asr.final import STRANDS, FinalPass, Heard
from asr.listed import confirm, repairs
from asr.live import CHANNEL_ROLES, ENROLLED_ROLES, WhisperStream
from asr.pcm import PcmFile
from asr.prompt import OPENING, Prompt
from asr.roles import RoleBook
from asr.speakers import SPEAKER_MODEL, Embedder, VoiceTracker, voice_print
from asr.stream import CommitMachine
from asr.turns import TurnBuilder, VoicedWord
from asr.whisper import Whisper
from asr.worker import Worker
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.hearing import HearingEvent
from visit.turns import Transcript
from visit.voices import VoicePrint


class WhisperTranscriber:
    """Hears with a Whisper model. One instance serves every visit of a process."""

    def __init__(
        self, model_dir: Path, *, speaker_model: Path | None = None, device: str = "auto", threads: int = 2
    ) -> None:
        """``model_dir`` is a CTranslate2 directory; without a ``speaker_model`` (CAM++ as ONNX) voices stay unknown."""
        self._speaker_model = speaker_model
        self._worker = Worker(lambda: Whisper(model_dir, device=device, threads=threads))

    def load(self) -> None:
        """Load the models now. Raises :class:`~asr.errors.ModelMissing`."""
        self._worker.model()

    def close(self) -> None:
        """Stop the engine's thread and drop the models."""
        self._worker.close()

    def open(
        self,
        chart: Chart,
        emit: Callable[[HearingEvent], None],
        *,
        channels: int = 1,
        first_sample: int = 0,
        first_turn: int = 0,
        clinician: VoicePrint | None = None,
    ) -> WhisperStream:
        """Start hearing at ``first_sample``; a resumed visit passes where its last closed turn ended.

        ``clinician`` is the enrolled voice of who leads the visit.
        """
        if channels not in (1, 2):
            raise ValueError("a visit has one channel or two")
        bias = self._bias(chart)
        machines = [
            CommitMachine(first_sample=first_sample, prompt=self._prompt(bias), listed=bias.terms)
            for _ in range(channels)
        ]
        embed = self._embedder if channels == 1 else None
        voices = VoiceTracker(embed, self._comparable(clinician)) if embed is not None else None
        return WhisperStream(self._worker, machines, emit, voices=voices, first_turn=first_turn)

    def enrol(self, pcm: Path) -> VoicePrint:
        """The print of the one voice in a raw PCM file of one channel.

        Raises :class:`~asr.errors.TooLittleSpeech`, and :class:`~asr.errors.ModelMissing` without a speaker model.
        """
        if self._embedder is None:
            raise ModelMissing("there is no speaker model")
        return voice_print(PcmFile(pcm), self._embedder, SPEAKER_MODEL)

    def finalise(
        self,
        pcm: Path,
        chart: Chart,
        *,
        channels: int = 1,
        clinician: VoicePrint | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """Decode a whole visit (raw PCM file) again, better and slower than live. Blocks.

        Silence or noise alone gives a transcript without turns.
        """
        file, bias = PcmFile(pcm, channels), self._bias(chart)
        heard = []
        for channel in range(channels):
            share = _share(progress, channel, channels)
            prompt = partial(self._prompt, bias)
            strands = STRANDS[self._worker.model().device]
            final = FinalPass(file, channel, prompt=prompt, listed=bias.terms, strands=strands, progress=share)
            part = final.run(self._worker)
            part.words, unsure = confirm(part.words, bias.drugs, partial(final.rehear, self._worker))
            part.doubts += [*unsure, *repairs(part.words, bias.drugs)]
            heard.append(part)
        return self._transcript(heard, file, self._comparable(clinician))

    def _transcript(self, heard: Sequence[Heard], file: PcmFile, clinician: VoicePrint | None) -> Transcript:
        two = len(heard) == 2
        items = [
            VoicedWord(word, voice)
            for channel, part in enumerate(heard)
            for word, voice in zip(
                part.words, self._voices(part, file, channel if two else None, clinician), strict=True
            )
        ]
        items.sort(key=lambda item: item.word.start)
        roles = RoleBook(CHANNEL_ROLES if two else ENROLLED_ROLES)
        for item in items:
            roles.hear(item.voice, item.word.text)
        turns = TurnBuilder(roles.role)
        turns.add(items)
        turns.close()
        turns.revise()
        gaps = sorted((gap for part in heard for gap in part.gaps), key=lambda gap: gap.start)
        doubts = sorted((doubt for part in heard for doubt in part.doubts), key=lambda doubt: doubt.start)
        model, length_s = self._worker.model().name, round(file.samples / SAMPLE_RATE, 3)
        return Transcript(tuple(turns.closed), tuple(gaps), length_s, model, tuple(doubts))

    def _voices(
        self, heard: Heard, file: PcmFile, channel: int | None, clinician: VoicePrint | None
    ) -> list[str | None]:
        """A voice for each word: that of its channel, or the one it sounds like."""
        if channel is not None:
            return [f"channel-{channel}"] * len(heard.words)
        if self._embedder is None or not heard.words:
            return [None] * len(heard.words)
        return diarise(heard.words, file, self._embedder, clinician)

    @cached_property
    def _embedder(self) -> Embedder | None:
        return Embedder(self._speaker_model) if self._speaker_model is not None else None

    @staticmethod
    def _comparable(voice: VoicePrint | None) -> VoicePrint | None:
        """A voice print of the model in use; one of another model says nothing here."""
        return voice if voice is not None and voice.model == SPEAKER_MODEL else None

    def _bias(self, chart: Chart) -> Bias:
        return bias_of(chart, self._worker.model().encode_text)

    def _prompt(self, bias: Bias) -> Prompt:
        model = self._worker.model()
        return Prompt(bias, model.prompt_start, model.encode_text(OPENING))


def _share(progress: Callable[[float], None] | None, part: int, parts: int) -> Callable[[float], None] | None:
    return None if progress is None else lambda done: progress((part + done) / parts)
