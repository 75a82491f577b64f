"""The composition root: which model words a note, and how it is held."""

from pathlib import Path

import pytest

from app.engines import build_drafter, build_local_engine
from app.settings import Settings, settings
from prompts.engines.base import SegmentPrompt
from visit.ids import SegmentId
from visit.notes import Division, Origin, Segment, Verdict
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.integration

TURNS = (Turn(0, Speaker.PATIENT, "I've had a sore throat for three days."),)
PROMPT = SegmentPrompt(TURNS, (), ("Has had a sore throat for 3 days.",), (Division.HISTORY,))


@pytest.fixture(autouse=True)
def the_same_chance() -> None:
    """What a random model says, and what random weights are, is the same in every run."""
    import torch

    torch.manual_seed(0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder as Hugging Face libraries write it: a few words, random weights."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = ["<unk>", "</s>", ".", "patient", "has", "had", "sore", "throat", "for", "3", "days", "warfarin"]
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    made = tmp_path_factory.mktemp("some-model")
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="</s>").save_pretrained(made)
    shape = LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=512, bos_token_id=1, eos_token_id=1,
    )  # fmt: skip
    torch.manual_seed(0)
    LlamaForCausalLM(shape).save_pretrained(made, safe_serialization=True)
    return made


def test_any_model_folder_words_whole_segments_with_any_word(folder: Path) -> None:
    engine = build_local_engine(Settings(_env_file=None, device="cpu", drafter_model=folder))
    assert engine.folder == folder
    assert engine.phrases_at_once is None
    assert (engine.settings.constrained, engine.settings.adapter) == (False, None)
    [proposals] = engine.propose([PROMPT])
    assert all(len(proposal.text.split()) >= 2 for proposal in proposals)


def test_what_such_a_model_says_stands_only_where_the_gate_lets_it(folder: Path) -> None:
    drafter = build_drafter(Settings(_env_file=None, device="cpu", drafter="local", drafter_model=folder))
    [sentence] = drafter.draft(Segment(SegmentId("s"), 0, 0, (Division.HISTORY,)), TURNS, ())
    assert (sentence.verdict, sentence.origin) == (Verdict.SUPPORTED, Origin.RULES), "random words mean nothing"


def test_a_folder_without_a_model_costs_only_its_wording(tmp_path: Path) -> None:
    drafter = build_drafter(Settings(_env_file=None, drafter="local", drafter_model=tmp_path))
    [sentence] = drafter.draft(Segment(SegmentId("s"), 0, 0, (Division.HISTORY,)), TURNS, ())
    assert sentence.origin is Origin.RULES


def test_the_embedded_model_words_a_few_phrases_with_words_that_were_said() -> None:
    if not (settings().models_dir / "smollm2-135m-instruct").exists():
        pytest.skip("the embedded language model is not in the cache")
    engine = build_local_engine(settings().model_copy(update={"profile": "embedded", "drafter_model": None}))
    assert engine.phrases_at_once == 3
    assert engine.settings.constrained
    assert engine.settings.adapter
