from pathlib import Path

import pytest

from bench.listening import streaming
from bench.listening.data import Visit
from bench.listening.streaming import HEADS, final, live, measure, offline

pytestmark = pytest.mark.unit


def visit(number):
    return Visit(number, "", Path("unused"), [], 60.0)


@pytest.fixture
def told(monkeypatch):
    """Runs answer at once; what each visit costs offline, by the final pass, and live."""
    errors = {offline: 0.04, final: 0.03, live: 0.05}
    calls = []

    def apart(job, model, threads, heard):
        calls.append((job.__name__, model, heard))
        whole = {"words": 100, "word_error": errors[job], "cpu_s_per_minute": 1, "peak_mb": 2}
        if job is not live:
            return whole
        streams = [whole | {"commit_p50_s": 1.0, "commit_p95_s": 2.0 + n, "tail_lost": 0} for n in range(len(heard))]
        return {"streams": streams, "cpu_s_per_minute": 1, "peak_mb": 2}

    monkeypatch.setattr(streaming, "apart", apart)
    return calls


def test_every_visit_of_a_live_run_is_decoded_offline_by_its_model_once(told):
    one, two = visit(1), visit(2)
    _, rows = measure([("base", [one]), ("base", [one, two]), ("tiny", [two])], 2)
    decoded = [(model, heard.number) for job, model, heard in told if job == "offline"]
    assert decoded == [("base", 1), ("base", 2), ("tiny", 2)]
    by_name = {row[0]: dict(zip(HEADS, row, strict=True)) for row in rows}
    assert by_name["offline tiny, visit 2"]["above offline"] is None
    assert by_name["final pass base, visit 1"]["above offline"] == "-1.00"
    assert by_name["live base, 2 streams, visits 1, 2"]["above offline"] == "+1.00"


def test_the_worst_and_the_best_of_streams_are_both_shown(told):
    _, rows = measure([("base", [visit(1), visit(2)])], 2)
    shown = dict(zip(HEADS, rows[-1], strict=True))
    assert (shown["p95"], shown["p95 of the quickest stream"]) == ("3.0 s", "2.0 s")
