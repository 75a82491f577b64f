import pytest

from bench.listening.score import align, normalise, replay, score

pytestmark = pytest.mark.unit


def test_alignment_counts_edits_and_pairs_equal_words():
    assert align(["a", "b", "c", "d", "e"], ["a", "x", "c", "e", "f"]) == (3, [(0, 0), (2, 2), (4, 3)])
    assert align([], ["a"]) == (1, [])


def test_words_are_compared_as_whispers_normaliser_leaves_them_but_oh_is_a_word():
    assert normalise("Um, it's twenty-five milligrams. Oh no!") == ["it", "is", "25", "milligrams", "oh", "no"]


def test_latency_runs_from_the_end_of_a_word_to_its_commit():
    turns = [{"start": 0.0, "end": 2.0, "text": "Good, fine word"}]
    rows = [{"type": "final", "text": "good fine word.", "t": 3.0}]
    got = score(turns, rows, 2.0)
    assert (got["words"], got["word_error"], got["tail_lost"], got["finish_lag_s"]) == (3, 0.0, 0, 1.0)
    assert got["commit_p50_s"] == pytest.approx(1.75, abs=0.1)


def test_words_that_were_shown_and_changed_count_and_words_taken_back_do_not_stand():
    rows = [
        {"type": "partial", "text": "my heart", "t": 1.0},
        {"type": "partial", "text": "my head hurts", "t": 2.0},
        {"type": "final", "text": "my head", "t": 3.0},
        {"type": "final", "text": "my hat", "t": 4.0, "rewind": 2},
    ]
    committed, changed = replay(rows)
    assert [piece for piece, _ in committed] == ["my", "hat"]
    assert changed == 1 + 2


def test_the_tail_that_nobody_wrote_is_counted():
    turns = [{"start": 0.0, "end": 2.0, "text": "one red apple fell down"}]
    assert score(turns, [{"type": "final", "text": "one red apple", "t": 3.0}], 2.0)["tail_lost"] == 2
