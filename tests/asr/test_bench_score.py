import pytest

from bench.listening.score import align, score

pytestmark = pytest.mark.unit


def test_alignment_counts_edits_and_pairs_equal_words():
    assert align(["a", "b", "c", "d", "e"], ["a", "x", "c", "e", "f"]) == (3, [(0, 0), (2, 2), (4, 3)])
    assert align([], ["a"]) == (1, [])


def test_latency_runs_from_the_end_of_a_word_to_its_commit():
    turns = [{"start": 0.0, "end": 2.0, "text": "Good, um, word"}]
    rows = [{"type": "final", "text": "good word.", "t": 3.0}, {"type": "partial", "text": "x", "t": 4.0}]
    got = score(turns, rows, 10.0)
    assert (got["words"], got["word_error"], got["tail_lost"]) == (2, 0.0, 0)
    assert got["commit_p50_s"] == pytest.approx(1.5, abs=0.1)
