"""The sample visit that ships is sound with its reference turns."""

import pytest

from app.sample import audio_path, reference_turns
from visit.turns import Speaker

pytestmark = pytest.mark.unit


def test_turns_follow_each_other_and_name_both_people() -> None:
    turns = reference_turns()
    assert {turn.speaker for turn in turns} == {Speaker.CLINICIAN, Speaker.PATIENT}
    assert all(a.end <= b.start for a, b in zip(turns, turns[1:], strict=False))
    assert [turn.index for turn in turns] == list(range(len(turns)))


def test_the_sound_is_small_and_as_long_as_its_turns() -> None:
    import av

    path = audio_path()
    assert path.stat().st_size < 4_000_000
    with av.open(str(path)) as container:
        seconds = float(container.duration or 0) / 1_000_000
    last = reference_turns()[-1].end / 16_000
    assert 4 * 60 <= seconds <= 6 * 60
    assert last <= seconds <= last + 3
