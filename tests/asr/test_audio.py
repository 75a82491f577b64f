import contextlib
import wave

import av
import numpy as np
import pytest

from asr.audio import open_recording
from asr.errors import BadAudio, EmptyAudio, TruncatedAudio, UnsupportedAudio

pytestmark = pytest.mark.unit
RATE = 16_000


def tone(seconds, frequency=440.0, rate=RATE):
    return (8000 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * frequency / rate)).astype(np.int16)


def write(path, channels, codec, rate=RATE, layout=None):
    """Encode int16 channels with PyAV."""
    pcm = np.ascontiguousarray(np.stack(channels, axis=1)).reshape(1, -1)
    layout = layout or ("stereo" if len(channels) == 2 else "mono")
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, layout, rate, frame_size=stream.frame_size or None)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = None
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def heard(path, block_s=1.0):
    recording = open_recording(path)
    pcm = np.frombuffer(b"".join(recording.blocks(block_s)), "<i2").reshape(-1, recording.channels)
    return recording, pcm


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_s16le", 16_000),
        ("a.wav", "pcm_s16le", 44_100),
        ("a.flac", "flac", 16_000),
        ("a.mp3", "libmp3lame", 44_100),
        ("a.ogg", "libopus", 48_000),
        ("a.webm", "libopus", 48_000),
    ],
)
def test_every_common_format_becomes_16_khz_pcm(tmp_path, name, codec, rate):
    write(tmp_path / name, [tone(3, rate=rate)], codec, rate)
    recording, pcm = heard(tmp_path / name)
    assert recording.channels == 1
    assert len(pcm) / RATE == pytest.approx(3.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(pcm[RATE : 2 * RATE, 0]))
    assert int(spectrum.argmax()) == pytest.approx(440, abs=2)


def test_two_different_channels_are_kept_and_a_stereo_copy_is_not(tmp_path):
    write(tmp_path / "two.wav", [tone(2), tone(2, 1000)], "pcm_s16le")
    write(tmp_path / "same.wav", [tone(2), tone(2)], "pcm_s16le")
    recording, pcm = heard(tmp_path / "two.wav")
    assert recording.channels == 2
    np.testing.assert_allclose(pcm[:, 0], tone(2), atol=2)
    np.testing.assert_allclose(pcm[:, 1], tone(2, 1000), atol=2)
    assert heard(tmp_path / "same.wav")[0].channels == 1


def test_blocks_have_the_length_that_was_asked_for(tmp_path):
    write(tmp_path / "a.wav", [tone(2.5)], "pcm_s16le")
    assert [len(block) for block in open_recording(tmp_path / "a.wav").blocks(1.0)] == [32000, 32000, 16000]


def test_an_empty_file_and_a_file_without_samples_are_empty(tmp_path):
    (tmp_path / "none").write_bytes(b"")
    with pytest.raises(EmptyAudio):
        open_recording(tmp_path / "none")
    with wave.open(str(tmp_path / "no.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
    with pytest.raises(EmptyAudio):
        list(open_recording(tmp_path / "no.wav").blocks())


@pytest.mark.parametrize("content", [b"not audio at all, just text\n" * 50, b"%PDF-1.7\n" + bytes(2000), bytes(5000)])
def test_what_is_no_audio_is_refused(tmp_path, content):
    (tmp_path / "x.bin").write_bytes(content)
    with pytest.raises(UnsupportedAudio):
        open_recording(tmp_path / "x.bin")


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("a.flac", "flac")])
def test_a_file_cut_short_gives_its_good_part_and_then_says_so(tmp_path, name, codec):
    write(tmp_path / name, [tone(10) + np.random.default_rng(1).integers(-99, 99, 10 * RATE).astype(np.int16)], codec)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) // 2])
    good = []
    with pytest.raises(TruncatedAudio) as raised:
        good.extend(open_recording(tmp_path / name).blocks())
    assert raised.value.heard_s == pytest.approx(5.0, abs=0.6)
    assert raised.value.heard_s == pytest.approx(sum(map(len, good)) / 2 / RATE)


@pytest.mark.parametrize("seed", range(6))
def test_damage_never_crashes(tmp_path, seed):
    rng = np.random.default_rng(seed)
    path = tmp_path / "a.flac"
    write(path, [tone(3)], "flac")
    data = bytearray(path.read_bytes())
    for _ in range(30):
        data[rng.integers(0, len(data))] = rng.integers(0, 256)
    path.write_bytes(bytes(data))
    with contextlib.suppress(BadAudio):
        list(open_recording(path).blocks())
