"""The same model on a GPU. Skipped, with the reason, where there is none."""

import ctranslate2
import numpy as np
import pytest

from app.demo.play import sample_pcm
from app.settings import settings
from asr.whisper import Request, Whisper

MODEL = settings().models_dir / "whisper-tiny-en"

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(ctranslate2.get_cuda_device_count() == 0, reason="no CUDA device on this machine"),
    pytest.mark.skipif(not (MODEL / "model.bin").is_file(), reason="whisper-tiny-en is not in the model cache"),
]
RATE = 16_000


@pytest.fixture(scope="module")
def windows():
    sound = np.frombuffer(sample_pcm(), "<i2").astype(np.float32) / 32768
    return [Request(sound[n * 10 * RATE : (n + 1) * 10 * RATE]) for n in range(8)]


def test_a_gpu_is_used_when_there_is_one():
    assert Whisper(MODEL, device="auto").device == "cuda"


def test_a_batch_hears_what_each_window_holds_alone(windows):
    model = Whisper(MODEL, device="cuda")
    together = [hypothesis.text for hypothesis in model.decode(windows)]
    alone = [model.decode([window])[0].text for window in windows]
    same = sum(a == b for a, b in zip(together, alone, strict=True))
    assert same >= 7  # float16 may tip one close decision


def test_the_gpu_hears_what_the_cpu_hears(windows):
    there, here = Whisper(MODEL, device="cuda"), Whisper(MODEL, device="cpu", threads=2)
    words = [{w.text.lower() for w in model.decode(windows[:1])[0].words} for model in (there, here)]
    assert len(words[0] & words[1]) >= 0.7 * len(words[1])
