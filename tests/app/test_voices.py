"""From a recording to a voice print."""

from pathlib import Path

import numpy as np
import pytest
from support.engines import Hears, RawRecording

from app.errors import InvalidInput
from app.voices import MOST_S, take_print
from asr.errors import TooLittleSpeech
from visit.voices import VoicePrint

pytestmark = pytest.mark.unit

SECOND = np.full(16_000, 3, "<i2").tobytes()


class Ear(Hears):
    """Remembers how much it was given."""

    heard = 0

    def enrol(self, pcm: Path) -> VoicePrint:
        self.heard = pcm.stat().st_size
        if self.heard < 10 * len(SECOND):
            raise TooLittleSpeech(10)
        return VoicePrint((1.0,), "m")


def recording(folder: Path, seconds: int) -> Path:
    path = folder / "voice.raw"
    path.write_bytes(SECOND * seconds)
    return path


def test_the_sound_is_gone_afterwards(tmp_path: Path) -> None:
    path = recording(tmp_path, 12)
    assert take_print(Ear(), RawRecording, path) == VoicePrint((1.0,), "m")
    assert list(tmp_path.iterdir()) == [path]


def test_only_the_first_two_minutes_are_listened_to(tmp_path: Path) -> None:
    ear = Ear()
    take_print(ear, RawRecording, recording(tmp_path, MOST_S + 9))
    assert ear.heard == MOST_S * len(SECOND)


@pytest.mark.parametrize(("seconds", "code"), [(0, "input.audio.empty"), (3, "input.audio.speech")])
def test_sound_that_cannot_be_used_is_named(tmp_path: Path, seconds: int, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        take_print(Ear(), RawRecording, recording(tmp_path, seconds))
    assert refused.value.code == code


def test_two_channels_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="one channel"):
        take_print(Ear(), lambda path: RawRecording(path, 2), recording(tmp_path, 12))
