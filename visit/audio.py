"""Sound on its way in: 16 kHz, 16-bit little-endian PCM."""

from dataclasses import dataclass
from typing import Final

SAMPLE_RATE: Final = 16_000
"""Samples a second, the only rate inside Sidenote."""

BYTES_PER_SAMPLE: Final = 2


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """A run of samples with its place in the visit.

    ``first_sample`` counts samples of one channel since the visit began; ``pcm`` is interleaved when
    ``channels`` is 2 (channel 0 is the clinician).
    """

    sequence: int
    first_sample: int
    pcm: bytes
    channels: int = 1
