"""Whatever comes down the line: every fault is named with a documented code, and nothing good is lost among it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fuzzing import examples, spoiled_bytes, spoiled_json

from app.live.limits import Limits
from app.live.machine import Append, Attach, Attachment, Close, Output, Send, Session
from app.wire.frames import Frame, encode
from app.wire.messages import ErrorMessage, Hello, Ping, Stop

pytestmark = pytest.mark.fault

PROTOCOL = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text(encoding="utf-8")
HELLO = Hello(encounter_id="e")
GOOD = [json.loads(message.model_dump_json()) for message in (HELLO, Stop(samples=100), Ping())]
SAMPLES = 100

TEXTS = st.one_of(
    st.sampled_from(GOOD).flatmap(spoiled_json).map(json.dumps),
    st.text(max_size=30),
    st.sampled_from(["[" * 60_000, '{"type":' * 5000, "9" * 6000, '{"type":"stop","samples":1e999}']),
)


def frame(first: int) -> bytes:
    return encode(Frame(1, 0, first, bytes([first % 251, 1]) * SAMPLES))


FRAMES = st.integers(0, 3).flatmap(lambda number: spoiled_bytes(frame(number * SAMPLES))) | st.binary(max_size=40)


def faults(outputs: list[Output]) -> set[str]:
    return {out.message.code for out in outputs if isinstance(out, Send) and isinstance(out.message, ErrorMessage)}


def keep(outputs: list[Output], sound: bytearray) -> None:
    """What a store would keep: nothing out of its place."""
    for output in outputs:
        if isinstance(output, Append):
            assert output.first_sample == len(sound) // 2
            sound += output.pcm


@examples(80)
@given(st.lists(TEXTS | FRAMES, max_size=12))
def test_rubbish_between_good_frames_costs_none_of_them(rubbish: list[Any]) -> None:
    session = Session("e", Limits(max_visit_s=100), 0.0)
    assert session.text(HELLO.model_dump_json()) == [Attach(HELLO)]
    session.attached(Attachment("recording", 0, 0, epoch=1))
    sound = bytearray()
    for item in rubbish:
        outputs = session.text(item) if isinstance(item, str) else session.binary(item, 1.0)
        assert all(f"`{code}`" in PROTOCOL for code in faults(outputs))
        keep(outputs, sound)
        if any(isinstance(output, Close) for output in outputs):
            return  # nothing but rubbish for too long; the page connects anew
        before = len(sound)
        outputs = session.binary(frame(before // 2), 1.0)
        keep(outputs, sound)
        if "conflict.closed" in faults(outputs):
            return  # the rubbish was a stop
        assert (faults(outputs), len(sound) - before) == (set(), 2 * SAMPLES)
