"""The transcriber: one model, one engine thread, any number of visits."""

from collections.abc import Callable
from pathlib import Path

from asr.bias import Bias, bias_of
from asr.live import WhisperStream
from asr.stream import CommitMachine
from asr.whisper import Whisper
from asr.worker import Worker
from visit.charts import Chart
from visit.hearing import HearingEvent


class WhisperTranscriber:
    """Hears with a Whisper model. One instance serves every visit of a process."""

    def __init__(
        self, model_dir: Path, *, speaker_model: Path | None = None, device: str = "auto", threads: int = 2
    ) -> None:
        """``model_dir`` is a CTranslate2 directory; ``speaker_model`` a CAM++ ONNX file, or none to leave voices apart."""
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
    ) -> WhisperStream:
        """Start hearing at ``first_sample``; a resumed visit passes where its last closed turn ended."""
        if channels not in (1, 2):
            raise ValueError("a visit has one channel or two")
        bias = self._bias(chart)
        machines = [
            CommitMachine(first_sample=first_sample, prompt=bias.prompt, listed=bias.terms) for _ in range(channels)
        ]
        return WhisperStream(self._worker, machines, emit, first_turn=first_turn)

    def _bias(self, chart: Chart) -> Bias:
        model = self._worker.model()
        return bias_of(chart, model.encode_text, model.prompt_start)
