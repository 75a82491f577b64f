import numpy as np
import pytest
from support.ear import Script, ScriptedModel, made_up, sentence

from bench.listening.simulation import Cost, Simulation

pytestmark = pytest.mark.unit

WORDS = made_up(20)


def hear(cost, streams=1):
    script = Script(sentence(" ".join(WORDS)), 9.0)
    run = Simulation(ScriptedModel(script), cost, [script.sound()] * streams)
    run.run()
    return run


def text(rows):
    return " ".join(row["text"] for row in rows if row["type"] == "final")


def test_every_stream_hears_its_words_and_the_times_are_those_of_the_clock(loud_is_voice):
    run = hear(Cost(window=0.01, prompt=0, token=0, batch=0.1), streams=2)
    assert [text(rows) for rows in run.rows] == [" ".join(WORDS)] * 2
    times = [row["t"] for row in run.rows[0]]
    assert times == sorted(times)
    assert 7.0 < times[-1] < 9.5


def test_two_runs_are_equal_and_a_dearer_model_is_later_and_says_the_same(loud_is_voice):
    cheap, again, dear = (hear(Cost(window=w, prompt=0, token=0, batch=0.1)) for w in (0.01, 0.01, 0.05))
    assert cheap.rows == again.rows
    assert text(dear.rows[0]) == text(cheap.rows[0])

    def mean(run):
        return np.mean([row["t"] for row in run.rows[0] if row["type"] == "final"])

    assert mean(dear) > mean(cheap) + 0.3
    assert dear.busy_s > 2 * cheap.busy_s
