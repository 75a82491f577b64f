"""Candidates in one batch are what each prompt would get alone, within words, length and time."""

import time

import pytest
import torch
from support.tiny import tiny_model, tiny_tokenizer

from prompts.engines.decoding import WordTrie
from prompts.engines.generation import Asked, Drawing, generate

pytestmark = pytest.mark.integration

SHORT, LONG = "the patient has", "doctor : any cough and fever ? note facts the patient denies fever"


@pytest.fixture(scope="module")
def loaded():
    tokenizer = tiny_tokenizer()
    tokenizer.padding_side = tokenizer.truncation_side = "left"
    return tokenizer, tiny_model(3).eval(), "cpu"


def texts(loaded, asked, deadline=None, **drawing):
    return generate(loaded, asked, Drawing(**drawing), deadline or time.monotonic() + 60)


def test_a_batch_writes_what_each_prompt_gets_alone(loaded):
    asked = [Asked(SHORT, None, 8), Asked(LONG, None, 12)]
    together = texts(loaded, asked, candidates=1)
    assert together == [texts(loaded, [one], candidates=1)[0] for one in asked]


def test_the_first_candidate_is_the_likeliest_text_and_a_seed_settles_the_rest(loaded):
    asked = [Asked(SHORT, None, 8)]
    [[likeliest]] = texts(loaded, asked, candidates=1)
    [drawn] = texts(loaded, asked, candidates=3, temperature=3.0)
    assert drawn[0] == likeliest
    assert texts(loaded, asked, candidates=3, temperature=3.0) == [drawn]
    assert texts(loaded, asked, candidates=3, temperature=3.0, seed=5) != [drawn]


def test_only_the_given_words_are_written(loaded):
    trie = WordTrie(loaded[0], ["cough", "fever"])
    for written in texts(loaded, [Asked(SHORT, trie, 6)], candidates=4)[0]:
        assert set(written.split()) <= {"cough", "fever", ".", ",", ":", "<unk>"}


def test_it_agrees_with_the_model_read_anew_at_every_token(loaded):
    tokenizer, model, _ = loaded
    [[written]] = texts(loaded, [Asked(SHORT, None, 3)], candidates=1)
    ids = tokenizer(SHORT, return_tensors="pt", add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        for _ in range(len(written.split())):
            ids = torch.cat([ids, model(ids).logits[:, -1].argmax(-1, keepdim=True)], -1)
    assert tokenizer.decode(ids[0, 3:]).strip() == written.strip()


def test_it_stops_when_its_time_is_over(loaded):
    [[written]] = texts(loaded, [Asked(SHORT, None, 40)], deadline=time.monotonic() - 1, candidates=1)
    assert len(written.split()) <= 1
