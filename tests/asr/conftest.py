"""Fixtures of hearing."""

import numpy as np
import pytest

from asr import vad


@pytest.fixture
def loud_is_voice(monkeypatch):
    """Replace the voice activity network by the loudness of a frame."""

    def judge(frames, state):
        return (np.abs(frames).mean(axis=1) > 0.05).astype(np.float32)

    monkeypatch.setattr(vad, "silero", lambda: judge)
