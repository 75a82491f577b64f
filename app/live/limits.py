"""What one connection may ask for, the token bucket that holds it to a rate, and how long a draft may wait."""

from dataclasses import dataclass, field
from typing import Final

from visit.audio import SAMPLE_RATE

REPEAT_S: Final = 1.0
"""How often the same refusal is repeated to a client that goes on sending what was refused."""

DRAFT_WITHIN_S: Final = 4.0
"""How long the draft after a visit waits for a language model; the final pass waits for all of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one connection.

    Audio may arrive at ``rate`` times real time for ever, and ``burst_s`` seconds of it as fast as the line
    goes: enough to catch up after half an hour without a line. ``in_flight_s`` bounds what waits in memory to
    be stored: beyond it nothing more is read from the line.
    """

    max_visit_s: int = 4 * 3600
    rate: float = 1.5
    burst_s: float = 1800.0
    in_flight_s: float = 20.0
    hello_s: float = 10.0
    max_text: int = 8192
    max_bad_messages: int = 32

    @property
    def max_samples(self) -> int:
        """The longest visit, in samples."""
        return self.max_visit_s * SAMPLE_RATE

    @property
    def in_flight(self) -> int:
        """Samples that may wait to be stored."""
        return int(self.in_flight_s * SAMPLE_RATE)


@dataclass(slots=True)
class Bucket:
    """A token bucket over seconds of audio; full at ``since``."""

    rate: float
    capacity: float
    since: float
    level: float = field(init=False)

    def __post_init__(self) -> None:
        """Start full."""
        self.level = self.capacity

    def take(self, amount: float, now: float) -> bool:
        """Take ``amount`` if it is there."""
        self.level = min(self.capacity, self.level + max(0.0, now - self.since) * self.rate)
        self.since = now
        if amount > self.level:
            return False
        self.level -= amount
        return True
