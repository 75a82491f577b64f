"""The embedded model really runs: within its words, within its time, and harmless when it is missing."""

from pathlib import Path

import pytest

from app.models.manifest import load_manifest
from app.settings import settings
from prompts.engines.base import SegmentPrompt
from prompts.engines.decoding import allowed_words
from prompts.engines.local import Adapter, LocalEngine, LocalSettings
from prompts.errors import EngineUnavailable
from prompts.language.words import tokens
from prompts.rewording import Gate
from visit.ids import SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.model

NAME = "smollm2-135m-instruct"
FOLDER = settings().models_dir / NAME
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
    shipped = load_manifest().models[NAME].adapter
    made = LocalEngine(FOLDER, LocalSettings(budget_s=30.0, adapter=Adapter(shipped.path, shipped.sha256)))
    made.warm_up()
    return made


def test_it_writes_only_words_that_were_said_or_belong_to_notes(engine):
    [proposals] = engine.propose([PROMPT])
    assert proposals
    words = {w.lower() for w in allowed_words([*(t.text for t in PROMPT.turns), *PROMPT.facts, *PROMPT.phrases])}
    for proposal in proposals:
        assert set(tokens(proposal.text)) <= words


def test_what_it_proposes_is_a_sentence_that_may_stand(engine):
    turns = (Turn(0, Speaker.PATIENT, "So I've had this dry cough for like three weeks now, and it keeps me awake."),)
    phrase = "Has had this dry cough for 3 weeks now, and it keeps them awake."
    rule = NoteSentence(SentenceId("r"), Division.HISTORY, phrase, (0,), Verdict.SUPPORTED, Origin.RULES)
    [proposals] = engine.propose([SegmentPrompt(turns, (), (phrase,), (Division.HISTORY,))])
    [standing] = Gate(turns, ()).accept(proposals, [rule])
    assert standing.origin is Origin.MODEL
    assert "cough" in standing.text
    assert "3 weeks" in standing.text


def test_it_stops_when_its_time_is_over():
    if not (FOLDER / "model.safetensors").exists():
        pytest.skip("the embedded language model is not in the cache")
    hurried = LocalEngine(FOLDER, LocalSettings(budget_s=0.05, rows=1))
    hurried.warm_up()
    answers = hurried.propose([PROMPT] * 40)
    assert len(answers) == 40
    assert set(answers[5:]) == {()}, "the others were not begun"


def test_another_file_in_the_place_of_the_adapter_is_refused(tmp_path):
    wrong = tmp_path / "adapter.safetensors"
    wrong.write_bytes(b"x")
    engine = LocalEngine(FOLDER, LocalSettings(adapter=Adapter(wrong, "0" * 64)))
    with pytest.raises(EngineUnavailable, match="hash"):
        engine.warm_up()


@pytest.mark.parametrize("folder", [Path("nowhere"), None])
def test_a_missing_model_is_unavailable_at_once_the_second_time(folder, tmp_path):
    engine = LocalEngine(folder or tmp_path)
    for _ in range(2):
        with pytest.raises(EngineUnavailable):
            engine.propose([PROMPT])


def test_nothing_asked_loads_nothing():
    assert LocalEngine(Path("nowhere")).propose([]) == []
