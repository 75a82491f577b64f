"""The embedded model really runs: within its words, within its time, and harmless when it is missing."""

import time
from pathlib import Path

import pytest

from app.settings import settings
from prompts.engines.base import SegmentPrompt
from prompts.engines.decoding import allowed_words
from prompts.engines.local import LocalEngine, LocalSettings
from prompts.errors import EngineUnavailable
from prompts.language.words import tokens
from visit.notes import Division
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.model

FOLDER = settings().models_dir / "smollm2-135m-instruct"
PROMPT = SegmentPrompt(
    (Turn(0, Speaker.CLINICIAN, "Any fever or chills?"), Turn(1, Speaker.PATIENT, "No, just a cough for two weeks.")),
    ("Denies fever.", "Cough for 2 weeks."),
    ("Denies fever or chills.", "A cough for 2 weeks."),
    (Division.HISTORY,),
)


@pytest.fixture(scope="module")
def engine():
    if not (FOLDER / "model.safetensors").exists():
        pytest.skip("the embedded language model is not in the cache")
    made = LocalEngine(FOLDER, LocalSettings(threads=1, candidates=3, budget_s=20.0, max_new_tokens=64))
    made.warm_up()
    return made


def test_it_writes_only_words_that_were_said_or_belong_to_notes(engine):
    [proposals] = engine.propose([PROMPT])
    assert proposals
    words = {w.lower() for w in allowed_words([*(t.text for t in PROMPT.turns), *PROMPT.facts, *PROMPT.phrases])}
    for proposal in proposals:
        assert set(tokens(proposal.text)) <= words


def test_it_stops_when_its_time_is_over():
    if not (FOLDER / "model.safetensors").exists():
        pytest.skip("the embedded language model is not in the cache")
    hurried = LocalEngine(FOLDER, LocalSettings(budget_s=0.4, max_new_tokens=400))
    hurried.warm_up()
    started = time.monotonic()
    hurried.propose([PROMPT])
    assert time.monotonic() - started < 8.0


@pytest.mark.parametrize("folder", [Path("nowhere"), None])
def test_a_missing_model_is_unavailable_at_once_the_second_time(folder, tmp_path):
    engine = LocalEngine(folder or tmp_path)
    for _ in range(2):
        with pytest.raises(EngineUnavailable):
            engine.propose([PROMPT])


def test_nothing_asked_loads_nothing():
    assert LocalEngine(Path("nowhere")).propose([]) == []
