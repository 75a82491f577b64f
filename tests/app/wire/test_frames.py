"""Binary frames: what is written is read back, and nothing else is accepted."""

import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.frames import HEADER_BYTES, MAX_FRAME_SAMPLES, Frame, FrameError, decode, encode

pytestmark = pytest.mark.unit

U32 = st.integers(0, 2**32 - 1)
FRAMES = st.builds(
    lambda epoch, sequence, first, samples, channels, fill: Frame(
        epoch, sequence, first, bytes([fill, 255 - fill]) * (samples * channels), channels
    ),
    epoch=U32,
    sequence=U32,
    first=st.integers(0, 2**64 - 1),
    samples=st.integers(1, MAX_FRAME_SAMPLES),
    channels=st.sampled_from([1, 2]),
    fill=st.integers(0, 255),
)
SMALL = Frame(epoch=3, sequence=7, first_sample=1600, pcm=b"\x01\x00\xff\xff")


@given(FRAMES)
def test_round_trip(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


@given(FRAMES)
def test_end_counts_samples_of_one_channel(frame: Frame) -> None:
    assert frame.end - frame.first_sample == len(frame.pcm) // (2 * frame.channels)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_frame_error_or_a_frame_that_encodes_back(data: bytes) -> None:
    try:
        frame = decode(data)
    except FrameError:
        return
    assert encode(frame) == data


@given(bit=st.integers(0, 8 * (HEADER_BYTES + 4) - 1))
def test_any_flipped_bit_is_refused(bit: int) -> None:
    data = bytearray(encode(SMALL))
    data[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(FrameError):
        decode(bytes(data))


@given(cut=st.integers(0, HEADER_BYTES + 3))
def test_any_truncation_is_refused(cut: int) -> None:
    with pytest.raises(FrameError):
        decode(encode(SMALL)[:cut])


def sealed(version: int = 1, flags: int = 0, reserved: int = 0, pcm: bytes = b"\0\0") -> bytes:
    """A frame with a right checksum and any header."""
    fields = struct.pack("<BBHIIQ", version, flags, reserved, 0, 0, 0)
    return fields + struct.pack("<I", zlib.crc32(fields + pcm)) + pcm


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "input.frame.header"),
        (sealed()[: HEADER_BYTES - 1], "input.frame.header"),
        (sealed(version=2), "input.frame.version"),
        (sealed(flags=2), "input.frame.flags"),
        (sealed(reserved=1), "input.frame.flags"),
        (sealed()[:-1] + b"\x01", "input.frame.checksum"),
        (sealed(pcm=b""), "input.frame.length"),
        (sealed(pcm=b"\0"), "input.frame.length"),
        (sealed(flags=1, pcm=b"\0\0"), "input.frame.length"),
        (sealed(pcm=b"\0\0" * (MAX_FRAME_SAMPLES + 1)), "input.frame.length"),
        (sealed(flags=1, pcm=bytes(70_000)), "input.frame.length"),
    ],
)
def test_each_fault_is_named(data: bytes, code: str) -> None:
    with pytest.raises(FrameError) as caught:
        decode(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (replace(SMALL, pcm=b""), "input.frame.length"),
        (replace(SMALL, pcm=b"\0\0" * (MAX_FRAME_SAMPLES + 1)), "input.frame.length"),
        (replace(SMALL, epoch=2**32), "input.frame.header"),
        (replace(SMALL, first_sample=-1), "input.frame.header"),
    ],
)
def test_what_would_be_refused_is_not_encoded(frame: Frame, code: str) -> None:
    with pytest.raises(FrameError) as caught:
        encode(frame)
    assert caught.value.code == code
