"""Recordings in any common format become blocks of 16 kHz, 16-bit PCM."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError

from asr.errors import EmptyAudio, TruncatedAudio, UnsupportedAudio
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]

_EXACT_LENGTH = {"w64", "flac", "aiff"}
"""Formats whose header states the number of samples; in the others a length is only an estimate."""

_STREAMED = (0, 0xFFFFFFFF)
"""Sizes that a WAV header carries when its writer did not know the length."""

_CONTAINERS = {
    "format_whitelist": "wav,w64,aiff,au,caf,flac,ogg,mp3,aac,ac3,amr,asf,wv,"
    "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mpegts,mpeg,avi"
}
"""Containers that hold their sound themselves. A playlist (concat, HLS, SDP …) would make us read what it names."""

_MOST_CHUNKS = 1000
"""Chunks of a WAV file that are looked through for its length."""

_SAME_SOUND = 0.9
"""Correlation from which two channels count as one recording heard twice, not as two microphones."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A file that can be decoded: 1 channel, or 2 that carry one speaker each (channel 0 is the clinician)."""

    path: Path
    channels: int
    declared_s: float | None

    def blocks(self, block_s: float = 1.0) -> Iterator[bytes]:
        """Interleaved PCM in blocks of ``block_s`` seconds; the last one may be shorter.

        Raises :class:`EmptyAudio` when there is no sound at all and :class:`TruncatedAudio` after the last
        good block of a file that ends early.
        """
        size = max(1, int(block_s * SAMPLE_RATE)) * BYTES_PER_SAMPLE * self.channels
        pending, total, broken = bytearray(), 0, False
        try:
            for chunk in _decode(self.path, self.channels):
                pending += chunk
                total += len(chunk)
                while len(pending) >= size:
                    yield bytes(pending[:size])
                    del pending[:size]
        except FFmpegError:
            broken = True
        if pending:
            yield bytes(pending)
        heard_s = total / (BYTES_PER_SAMPLE * self.channels * SAMPLE_RATE)
        if total == 0:
            raise UnsupportedAudio if broken else EmptyAudio
        if broken or (self.declared_s is not None and heard_s < self.declared_s - 0.5):
            raise TruncatedAudio(heard_s)


def open_recording(path: Path) -> Recording:
    """Look at a file and decide how many channels it carries.

    Two channels are kept when they differ; a stereo copy of one sound, and anything with more than two
    channels, is mixed down. Raises :class:`EmptyAudio` or :class:`UnsupportedAudio`.
    """
    if path.stat().st_size == 0:
        raise EmptyAudio
    try:
        with _open(path) as container:
            if not container.streams.audio:
                raise UnsupportedAudio
            stream = container.streams.audio[0]
            names = set(container.format.name.split(","))
            exact = bool(_EXACT_LENGTH & names) and stream.duration
            declared = float(stream.duration * stream.time_base) if exact else None
            if "wav" in names:
                declared = _wav_length_s(path)
            two = stream.codec_context.channels == 2
    except FFmpegError as error:
        raise UnsupportedAudio from error
    return Recording(path, 2 if two and _separate(path) else 1, declared)


def to_float(samples: Samples) -> Floats:
    """Samples as numbers from -1 to 1."""
    return samples.astype(np.float32) / np.float32(32768.0)


def _wav_length_s(path: Path) -> float | None:
    """Seconds that a WAV header promises; FFmpeg itself only reports what is there."""
    with path.open("rb") as file:
        file.seek(12)
        bytes_a_second = 0
        for _ in range(_MOST_CHUNKS):
            header = file.read(8)
            if len(header) < 8:
                break
            name, size = struct.unpack("<4sI", header)
            following = file.tell() + size + size % 2
            if name == b"fmt " and len(form := file.read(12)) == 12:
                bytes_a_second = struct.unpack("<I", form[8:12])[0]
            elif name == b"data":
                return size / bytes_a_second if bytes_a_second and size not in _STREAMED else None
            file.seek(following)
    return None


def _separate(path: Path, probe_s: float = 120.0) -> bool:
    """Whether the two channels of a file carry different sounds, judged by its first two minutes."""
    energy, product, seen = np.zeros(2), 0.0, 0
    try:
        for chunk in _decode(path, 2):
            pair = np.frombuffer(chunk, "<i2").reshape(-1, 2).astype(np.float64)
            energy += (pair**2).sum(axis=0)
            product += float((pair[:, 0] * pair[:, 1]).sum())
            seen += len(pair)
            if seen > probe_s * SAMPLE_RATE:
                break
    except FFmpegError:
        pass  # what could be decoded decides; reading the blocks reports the fault
    if not energy.all():
        return bool(energy.any())
    return product / float(np.sqrt(energy[0] * energy[1])) < _SAME_SOUND


def _open(path: Path) -> Any:
    return av.open(str(path), metadata_errors="ignore", container_options=_CONTAINERS)


def _decode(path: Path, channels: int) -> Iterator[bytes]:
    with _open(path) as container:
        resampler = av.AudioResampler(format="s16", layout="stereo" if channels == 2 else "mono", rate=SAMPLE_RATE)
        for frame in container.decode(audio=0):
            frame.pts = None  # a jump in time stamps must not make the resampler insert or drop sound
            for out in resampler.resample(frame):
                yield out.to_ndarray().tobytes()
        for out in resampler.resample(None):
            yield out.to_ndarray().tobytes()
