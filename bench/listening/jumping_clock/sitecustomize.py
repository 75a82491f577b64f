"""Makes the wall clock of a Python process jump: a server started with this folder on PYTHONPATH has such a clock.

Every ten seconds ``time.time`` is off by another amount, forwards and back, by less than the minutes after which a
session ends. The monotonic clock goes on, as it does when a machine's clock is set.
"""

import time

OFFSETS_S = (300.0, -330.0, 45.0, -200.0)
"""The clock is off by these in turn."""

EVERY_S = 10.0

_right, _began = time.time, time.monotonic()


def jumping() -> float:
    """Seconds since 1970, wrong."""
    return _right() + OFFSETS_S[int((time.monotonic() - _began) / EVERY_S) % len(OFFSETS_S)]


time.time = jumping
