"""How many examples the fuzzers try, and ways to spoil good input."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1 << 70,
        1.5,
        "",
        " ",
        "x\x00\u202e",
        "http://[",
        "Patient/",
        [],
        [[]],
        {},
        {"x": []},
        [None],
        [{}],
    ]
)
"""What no field expects."""


def examples(short: int) -> settings:
    """So many examples, or as many as ``SIDENOTE_TEST_EXAMPLES`` says."""
    number = int(os.environ.get("SIDENOTE_TEST_EXAMPLES", short))
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=number, deadline=None, suppress_health_check=checks)


def attempt(action: Callable[[], Any], expected: type[Exception]) -> tuple[Any, Any]:
    """What an action gives, and the error of the expected kind that it raised instead; any other error goes on."""
    try:
        return action(), None
    except expected as error:
        return None, error


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every node in some JSON."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in inside for place in places(child, (*path, key)))]


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The same JSON with another node in one place."""
    if not path:
        return new
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[path[0]] = put(value[path[0]], path[1:], new)
    return changed


@st.composite
def spoiled_json(draw: st.DrawFn, good: Any, most: int = 4) -> Any:
    """Good JSON with a few nodes replaced by junk."""
    for _ in range(draw(st.integers(1, most))):
        good = put(good, draw(st.sampled_from(places(good))), draw(JUNK))
    return good


@st.composite
def spoiled_bytes(draw: st.DrawFn, good: bytes, head: int = 200) -> bytes:
    """Good bytes cut, flipped, or with something else among them; its beginning is hit more often."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, min(head, len(data))) | st.integers(0, len(data)))
        what = draw(st.sampled_from(["cut", "flip", "insert", "overwrite", "repeat"]))
        if what == "cut":
            del data[at:]
        elif what == "flip" and at < len(data):
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif what == "insert":
            data[at:at] = draw(st.binary(max_size=8))
        elif what == "overwrite":
            data[at : at + 4] = draw(st.sampled_from([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"RIFF"]))
        else:
            data[at:at] = data[at : at + 400]
    return bytes(data)
