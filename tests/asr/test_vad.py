import numpy as np
import pytest

from asr.vad import FRAME, GateSettings, SpeechGate

pytestmark = pytest.mark.unit
RATE = 16_000


def sound(*parts):
    return np.concatenate([np.full(int(s * RATE), 8000 if loud else 0, np.int16) for loud, s in parts])


@pytest.mark.usefixtures("loud_is_voice")
class TestSpans:
    def test_a_span_is_padded_and_closes_after_600_ms(self):
        gate = SpeechGate()
        spans = gate.push(sound((False, 1.0), (True, 1.0), (False, 0.5)))
        assert [span.closed for span in spans] == [False]
        gate.push(sound((False, 0.2)))
        assert spans[0].closed
        assert spans[0].start == pytest.approx(0.8 * RATE, abs=FRAME)
        assert spans[0].end == pytest.approx(2.3 * RATE, abs=FRAME)
        assert spans[0].voice_end == pytest.approx(2.0 * RATE, abs=FRAME)

    def test_a_pause_inside_speech_does_not_split_it(self):
        assert len(SpeechGate().push(sound((True, 1.0), (False, 0.4), (True, 1.0), (False, 1.0)))) == 1

    def test_a_click_is_not_speech(self):
        assert SpeechGate().push(sound((False, 1.0), (True, 0.1), (False, 1.0))) == []

    def test_block_sizes_do_not_matter(self):
        whole, parts = SpeechGate(), SpeechGate()
        pcm = sound((False, 0.7), (True, 0.9), (False, 1.1), (True, 0.5), (False, 1.0))
        expected = whole.push(pcm)
        got = [span for start in range(0, len(pcm), 333) for span in parts.push(pcm[start : start + 333])]
        assert got == expected

    def test_the_end_of_the_sound_closes_a_span(self):
        gate = SpeechGate(settings=GateSettings())
        (span,) = gate.push(sound((True, 1.0)))
        gate.close()
        assert span.closed
        assert span.end <= RATE

    def test_forgotten_frames_are_gone_and_the_rest_keep_their_place(self):
        gate = SpeechGate()
        gate.push(sound((False, 1.0), (True, 1.0)))
        gate.forget(RATE)
        assert gate.scores(int(1.5 * RATE), 2 * RATE).min() == 255
        assert len(gate.scores(0, 2 * RATE)) <= RATE // FRAME + 1


@pytest.mark.parametrize("kind", ["silence", "hiss", "hum", "clicks"])
def test_the_real_network_hears_no_speech_in_noise(kind):
    rng = np.random.default_rng(5)
    count = 20 * RATE
    noise = {
        "silence": np.zeros(count),
        "hiss": rng.normal(0, 900, count),
        "hum": 3000 * np.sin(np.arange(count) * 2 * np.pi * 100 / RATE),
        "clicks": np.where(rng.random(count) < 2e-4, 20000, 0),
    }[kind]
    assert SpeechGate().push(noise.astype(np.int16)) == []
