"""Salience is learnt from what notes carry, from words that enough dialogues share, the same every time."""

import numpy as np
import pytest

from prompts.salience import Weights
from train.salience import Example, Plan, Visit, fit, label, vocabulary
from visit.ids import SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.integration

ROWS = [
    Example(names, division, 1.0, f"dialogue {i}")
    for i in range(6)
    for names, division in ((["t:cough", f"t:name{i}"], "history"), (["t:weather"], ""), (["t:order"], "plan"))
]


def test_words_of_few_dialogues_are_left_out():
    assert vocabulary(ROWS, 5) == ["t:cough", "t:order", "t:weather"]
    assert "t:name1" in vocabulary(ROWS, 1)
    with pytest.raises(ValueError, match="too few"):
        fit(ROWS[:3])


def test_what_notes_carry_is_told_from_what_they_leave_out():
    weights, loss = fit(ROWS, Plan(epochs=60, rate=0.1))
    assert loss < 0.5
    logits = weights.weights + weights.bias
    chosen = {name: ("", *weights.divisions)[int(logits[row].argmax())] for name, row in weights.index.items()}
    assert chosen == {"t:cough": Division.HISTORY, "t:weather": "", "t:order": Division.PLAN}


def test_a_fit_is_the_same_again_and_can_be_kept(tmp_path):
    (one, _), (two, _) = fit(ROWS), fit(ROWS)
    assert np.array_equal(one.weights, two.weights)
    one.save(tmp_path / "w")
    kept = Weights.load(tmp_path / "w")
    assert (kept.features, kept.divisions) == (one.features, one.divisions)
    assert np.allclose(kept.weights, one.weights, atol=1e-3)


class Same:
    """Vectors that are equal for equal texts and at right angles for others."""

    def of(self, texts):
        return np.array([np.eye(3, dtype=np.float32)[{"Dry cough.": 0, "Rain.": 1}.get(t, 2)] for t in texts])


def test_a_statement_has_the_division_of_the_clause_it_meets():
    def said(text: str) -> NoteSentence:
        return NoteSentence(SentenceId(text), Division.HISTORY, text, (0,), Verdict.SUPPORTED, Origin.RULES)

    visit = Visit("v", 1.0, [said("Dry cough."), said("Rain."), said("Stop ramipril now.")], [[], [], []],
                  [("Dry cough.", Division.HISTORY), ("stop ramipril", Division.PLAN)])  # fmt: skip
    assert [division for division, _ in label(visit, Same())] == ["history", "", "plan"]
    assert label(Visit("v", 1.0, [said("Rain.")], [[]], []), Same()) == [("", 1.0)]
