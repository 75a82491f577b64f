"""Uploads of every container, cut, flipped, mislabelled, or no sound at all: read, or refused by name; never more."""

import io
import wave
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fuzzing import attempt, examples, spoiled_bytes

from asr.audio import open_recording
from asr.errors import BadAudio, UnsupportedAudio

pytestmark = pytest.mark.fault

KINDS = {"wav": "pcm_s16le", "flac": "flac", "mp3": "libmp3lame", "ogg": "libopus", "webm": "libopus", "mp4": "aac"}
SECONDS = 0.5


@cache
def sound(kind: str) -> bytes:
    """Half a second of a tone."""
    tone = (8000 * np.sin(np.arange(int(48_000 * SECONDS)) / 20)).astype(np.int16).reshape(1, -1)
    file = io.BytesIO()
    with av.open(file, "w", format=kind) as out:
        stream = out.add_stream(KINDS[kind], rate=48_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate = 48_000
        resampler = av.AudioResampler(stream.format, "mono", 48_000, frame_size=stream.frame_size or None)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts = None
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return file.getvalue()


def read(data: bytes, folder: Path) -> int:
    """Samples that a file gives; raises :class:`BadAudio` and nothing else."""
    path = folder / "upload"
    path.write_bytes(data)
    recording = open_recording(path)
    return sum(len(block) for block in recording.blocks()) // (2 * recording.channels)


@examples(60)
@given(st.sampled_from(sorted(KINDS)).flatmap(lambda kind: spoiled_bytes(sound(kind))))
def test_a_spoiled_file_is_read_as_far_as_it_goes_or_refused(tmp_path: Path, data: bytes) -> None:
    samples, refused = attempt(lambda: read(data, tmp_path), BadAudio)
    assert samples or refused.code.startswith("audio.")


@examples(30)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_what_is_no_sound_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadAudio):
        read(data, tmp_path)


PLAYLISTS = (
    "ffconcat version 1.0\nfile secret.wav\n",
    "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\nsecret.wav\n#EXT-X-ENDLIST\n",
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period/></MPD>',
)


@pytest.mark.parametrize("playlist", PLAYLISTS)
def test_a_playlist_reads_no_other_file(tmp_path: Path, playlist: str) -> None:
    with wave.open(str(tmp_path / "secret.wav"), "wb") as secret:
        secret.setparams((1, 2, 16_000, 0, "NONE", ""))
        secret.writeframes(b"\1\2" * 16_000)
    with pytest.raises(UnsupportedAudio):
        read(playlist.encode(), tmp_path)


def test_a_header_that_lies_about_sizes_costs_nothing(tmp_path: Path) -> None:
    good = sound("wav")
    fmt = good.index(b"fmt ")
    for huge in (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f"):
        samples, refused = attempt(lambda size=huge: read(good[: fmt + 4] + size + good[fmt + 8 :], tmp_path), BadAudio)
        assert samples or refused.code.startswith("audio.")
    many = good[:12] + b"junk\0\0\0\0" * 200_000
    with pytest.raises(BadAudio):
        read(many, tmp_path)
