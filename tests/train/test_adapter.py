"""A run: it learns, it can be cut off and gives the same weights, and it says what it did."""

import json
from xml.etree import ElementTree

import pytest
import torch
from support.tiny import tiny_model

from train import adapter, lora
from train.adapter import Plan, Trainer, train

pytestmark = pytest.mark.integration

ROWS = [([3 + i % 5, 4, 5 + i % 3], [6 + i % 4, 7, 1]) for i in range(24)]
PLAN = Plan(steps=12, rows=4, rate=2e-2, warm_up=2, look_every=4, look_rows=4, shape=lora.Shape(rank=2, first_layer=0))


def trainer() -> Trainer:
    return Trainer(tiny_model(), PLAN, "cpu", pad=1)


def test_it_learns_and_keeps_the_best_step(tmp_path):
    made = trainer()
    train(made, ROWS, ROWS[:4], tmp_path)
    assert made.step == PLAN.steps
    assert made.held[-1][1] < made.losses[0][1]
    adapter.report(made, PLAN, {"data": {}}, tmp_path)
    about = json.loads((tmp_path / "run.json").read_text())
    assert about["adapter"]["held_out"] == min(loss for _, loss in made.held)
    assert len(about["losses"]) == PLAN.steps
    drawn = ElementTree.fromstring((tmp_path / "curve.svg").read_text())
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 2


def test_a_run_that_was_cut_off_gives_the_same_weights(tmp_path):
    through = trainer()
    train(through, ROWS, ROWS[:4], tmp_path)
    cut = trainer()
    for batch in list(zip(range(5), adapter.upcoming(ROWS, PLAN, 0), strict=False)):
        cut.learn(batch[1])
    cut.save(tmp_path / "cut.pt")
    resumed = trainer()
    resumed.load(tmp_path / "cut.pt")
    assert resumed.step == 5
    train(resumed, ROWS, ROWS[:4], tmp_path)
    assert all(torch.equal(through.learnt[name], p) for name, p in resumed.learnt.items())
    assert [loss for _, loss in resumed.losses] == [loss for _, loss in through.losses]


def test_the_frozen_weights_stay_as_they_were(tmp_path):
    made = trainer()
    train(made, ROWS, ROWS[:4], tmp_path)
    start = tiny_model().state_dict()
    for name, weight in made.model.state_dict().items():
        if "lora" not in name:
            assert torch.equal(weight, start[name.replace(".base", "")])


def test_missing_data_is_said_plainly(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["adapter", "--data", str(tmp_path), "--out", str(tmp_path / "run")])
    with pytest.raises(SystemExit):
        adapter.main()
    assert "aci.jsonl" in capsys.readouterr().err
