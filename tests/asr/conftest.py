"""Fixtures of hearing."""

from pathlib import Path

import numpy as np
import pytest
from support.ear import ScriptedModel

from asr import vad
from asr.engine import WhisperTranscriber


@pytest.fixture
def loud_is_voice(monkeypatch):
    """Replace the voice activity network by the loudness of a frame."""

    def judge(frames, state):
        return (np.abs(frames).mean(axis=1) > 0.05).astype(np.float32)

    monkeypatch.setattr(vad, "silero", lambda: judge)


@pytest.fixture
def hear():
    """Make a transcriber that hears a script."""
    made = []

    def make(script):
        transcriber = WhisperTranscriber(Path("unused"))
        transcriber._worker._load = lambda: ScriptedModel(script)
        made.append(transcriber)
        return transcriber

    yield make
    for transcriber in made:
        transcriber.close()
