"""The loss of answers: of their tokens alone, however the rows are batched; adapters side by side."""

import math

import pytest
import torch
from support.tiny import tiny_model

from train.batches import collate
from train.loss import answer_loss, mean_loss

pytestmark = pytest.mark.integration

ROWS = [([3 + i % 5, 4], [6 + i % 4, *[7] * (i % 3), 1]) for i in range(10)]


def test_only_the_tokens_of_the_answer_count():
    model = tiny_model().eval()
    prompt, answer = [3, 4, 5], [6, 1]
    with torch.no_grad():
        logits = model(torch.tensor([prompt + answer])).logits[0].float().log_softmax(-1)
        found = float(answer_loss(model, collate([(prompt, answer)], pad=1)))
    assert found == pytest.approx(-(logits[2, 6] + logits[3, 1]).item() / 2, rel=1e-5)


def test_the_mean_does_not_depend_on_the_batches():
    model = tiny_model().eval()
    whole = mean_loss(model, ROWS, pad=1, size=10)
    assert math.isclose(whole, mean_loss(model, ROWS, pad=1, size=3), rel_tol=1e-4)
    assert mean_loss(model, [], pad=1) == 0
