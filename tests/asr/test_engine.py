"""The real model on the sample visit that ships with the product."""

import numpy as np
import pytest

from app.demo.play import sample_pcm
from app.settings import settings
from asr.engine import WhisperTranscriber
from asr.errors import ModelMissing
from asr.prompt import MOST_TOKENS
from asr.whisper import Request
from visit.charts import Chart
from visit.hearing import CommittedWords

pytestmark = pytest.mark.model
RATE = 16_000


@pytest.fixture(scope="module")
def transcriber():
    model = settings().models_dir / "whisper-tiny-en"
    if not (model / "model.bin").is_file():
        pytest.skip("whisper-tiny-en is not in the model cache")
    made = WhisperTranscriber(model, threads=2)
    yield made
    made.close()


def test_live_and_final_hear_the_same_visit(transcriber, tmp_path, caplog):
    pcm, events = sample_pcm()[: 2 * 12 * RATE], []
    stream = transcriber.open(Chart(), events.append)
    for start in range(0, len(pcm), 3200):
        stream.feed(pcm[start : start + 3200])
    stream.finish()
    live = [w.text.lower() for event in events if isinstance(event, CommittedWords) for w in event.words]
    (tmp_path / "v.pcm").write_bytes(pcm)
    final = transcriber.finalise(tmp_path / "v.pcm", Chart())
    again = " ".join(turn.text for turn in final.turns).lower().split()
    assert not caplog.records, "no window failed"
    assert len(live) >= 8
    assert len(set(live) & set(again)) / len(set(live)) > 0.6


def test_noise_has_no_words(transcriber, tmp_path):
    noise = np.random.default_rng(2).normal(0, 1500, 30 * RATE).astype(np.int16)
    (tmp_path / "n.pcm").write_bytes(noise.tobytes())
    assert transcriber.finalise(tmp_path / "n.pcm", Chart(medications=("metformin", "lisinopril"))).turns == ()


def test_a_folder_without_a_model_is_named_as_such(tmp_path):
    with pytest.raises(ModelMissing):
        WhisperTranscriber(tmp_path).load()


def test_an_english_model_takes_committed_words_as_a_prefix_too(transcriber):
    model = transcriber._worker.model()
    sound = np.frombuffer(sample_pcm(), "<i2")[: 8 * RATE].astype(np.float32) / 32768
    whole = model.decode([Request(sound)])[0]
    first, *rest = whole.words
    again = model.decode([Request(sound, prefix=first.tokens)])[0]
    assert [word.text.lower() for word in again.words][:2] == [word.text.lower() for word in rest][:2]


def windows(count):
    """Stretches of the sample visit, none longer than the shortest window."""
    sound = np.frombuffer(sample_pcm(), "<i2").astype(np.float32) / 32768
    return [Request(sound[at * 9 * RATE : (at * 9 + 9) * RATE]) for at in range(count)]


def test_windows_of_one_batch_are_heard_as_each_alone(transcriber):
    model, requests = transcriber._worker.model(), windows(3)
    together = [hypothesis.text for hypothesis in model.decode(requests)]
    assert together == [model.decode([request])[0].text for request in requests]
    assert all(together)


def test_sixty_chart_items_and_a_long_context_leave_the_words_alone(transcriber):
    model = transcriber._worker.model()
    prompt = transcriber._prompt(transcriber._bias(Chart(medications=tuple(f"medicine number {n}" for n in range(60)))))
    prompt.add(model.encode_text(" So, how have you been since we last talked about your knee?" * 40))
    (plain,) = windows(1)
    told = Request(plain.audio, prompt=prompt.tokens())
    assert len(told.prompt) == MOST_TOKENS
    alone, heard = (set(model.decode([request])[0].text.lower().split()) for request in (plain, told))
    assert len(alone & heard) / len(alone) > 0.7
