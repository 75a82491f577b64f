"""Binary audio frames: a fixed 24-byte header, then PCM16LE (``docs/protocol.md``).

The checksum covers the header and the samples, so a frame with a flipped bit can never land at a wrong place.
"""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from app.errors import InvalidInput
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

VERSION: Final = 1
MAX_FRAME_BYTES: Final = 65_536
MAX_FRAME_SAMPLES: Final = SAMPLE_RATE

_FIELDS: Final = struct.Struct("<BBHIIQ")
_CHECKSUM: Final = struct.Struct("<I")
HEADER_BYTES: Final = _FIELDS.size + _CHECKSUM.size
_TWO_CHANNELS: Final = 0b1


class FrameError(InvalidInput):
    """A binary message is not a valid frame; ``code`` is ``input.frame.*`` and names the part that is wrong."""

    code = "input.frame"


@dataclass(frozen=True, slots=True)
class Frame:
    """One binary message.

    ``epoch`` is the number that ``welcome`` gave the connection, ``sequence`` counts its frames from 0,
    ``first_sample`` is the frame's place in the visit, in samples of one channel.
    """

    epoch: int
    sequence: int
    first_sample: int
    pcm: bytes
    channels: int = 1

    @property
    def samples(self) -> int:
        """Samples of one channel."""
        return len(self.pcm) // (BYTES_PER_SAMPLE * self.channels)

    @property
    def end(self) -> int:
        """The first sample after the frame."""
        return self.first_sample + self.samples


def encode(frame: Frame) -> bytes:
    """The bytes of a frame; raises :class:`FrameError` when it would not be accepted."""
    _check_length(frame.pcm, frame.channels)
    flags = _TWO_CHANNELS if frame.channels == 2 else 0
    try:
        fields = _FIELDS.pack(VERSION, flags, 0, frame.epoch, frame.sequence, frame.first_sample)
    except struct.error as error:
        raise FrameError("A number does not fit its field.", code="input.frame.header") from error
    return fields + _CHECKSUM.pack(zlib.crc32(frame.pcm, zlib.crc32(fields))) + frame.pcm


def decode(message: bytes) -> Frame:
    """The frame in ``message``; raises :class:`FrameError` when anything about it is wrong."""
    if len(message) < HEADER_BYTES:
        raise FrameError(f"A frame has at least {HEADER_BYTES} header bytes.", code="input.frame.header")
    if len(message) > MAX_FRAME_BYTES:
        raise FrameError(f"A frame has at most {MAX_FRAME_BYTES} bytes.", code="input.frame.length")
    fields = message[: _FIELDS.size]
    version, flags, reserved, epoch, sequence, first_sample = _FIELDS.unpack(fields)
    if version != VERSION:
        raise FrameError(f"Frame version {version} is not {VERSION}.", code="input.frame.version")
    if flags & ~_TWO_CHANNELS or reserved:
        raise FrameError("A reserved bit of the frame header is set.", code="input.frame.flags")
    pcm = message[HEADER_BYTES:]
    (checksum,) = _CHECKSUM.unpack_from(message, _FIELDS.size)
    if zlib.crc32(pcm, zlib.crc32(fields)) != checksum:
        raise FrameError("The frame's checksum does not match.", code="input.frame.checksum")
    channels = 2 if flags & _TWO_CHANNELS else 1
    _check_length(pcm, channels)
    return Frame(epoch, sequence, first_sample, pcm, channels)


def _check_length(pcm: bytes, channels: int) -> None:
    """Refuse frames that are empty, cut inside a sample, or longer than a second."""
    width = BYTES_PER_SAMPLE * channels
    if not pcm or len(pcm) % width:
        raise FrameError("A frame holds one or more whole samples.", code="input.frame.length")
    if len(pcm) // width > MAX_FRAME_SAMPLES:
        raise FrameError(f"A frame holds at most {MAX_FRAME_SAMPLES} samples.", code="input.frame.length")
