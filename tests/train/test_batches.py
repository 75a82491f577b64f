"""Batches: the loss is on the answers alone, and the order is settled by seed and epoch."""

import pytest
from support.tiny import tiny_tokenizer

from train.batches import IGNORED, collate, encode, epoch
from train.pairs import Pair

pytestmark = pytest.mark.integration


def test_an_answer_ends_with_the_end_of_text_and_long_pairs_are_left_out():
    tokenizer = tiny_tokenizer()
    short, long = Pair("a", "the patient has", "a cough"), Pair("b", "the patient has " * 9, "a cough")
    [(prompt, target)] = encode([short, long], tokenizer, 8)
    assert tokenizer.decode(prompt) == "the patient has"
    assert tokenizer.decode(target[:-1]) == "a cough"
    assert target[-1] == tokenizer.eos_token_id


def test_only_answers_are_learnt_and_padding_is_masked():
    batch = collate([([5, 6, 7], [8, 1]), ([5], [9, 1])], pad=1)
    assert batch.ids.tolist() == [[5, 6, 7, 8, 1], [5, 9, 1, 1, 1]]
    assert batch.mask.tolist() == [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]
    assert batch.labels.tolist() == [
        [IGNORED, IGNORED, IGNORED, 8, 1],
        [IGNORED, 9, 1, IGNORED, IGNORED],
    ]


def test_an_epoch_holds_every_row_once_in_an_order_of_its_own():
    rows = [([i] * (i % 7 + 1), [1]) for i in range(50)]
    first, again, second = (epoch(rows, 8, 3, number) for number in (0, 0, 1))
    assert first == again != second
    assert sorted(row for batch in first for row in batch) == sorted(rows)
    assert all(len(batch) <= 8 for batch in first)
