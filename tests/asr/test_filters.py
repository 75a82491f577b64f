import pytest

from asr.filters import anomaly, echoes, fold, is_stock, repeats
from visit.words import Word

pytestmark = pytest.mark.unit


def test_folding_keeps_what_is_inside_a_word():
    assert fold("“Don’t,”") == "don't"


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("no no no no", False),
        ("no " * 8, True),
        ("i see i see i see", False),
        ("i see " * 4, True),
        ("and then the pain " * 4, True),
        ("it came and went and came and went again", False),
    ],
)
def test_repetition_is_told_from_emphasis(text, loops):
    assert repeats(text.split()) is loops


def test_improbable_short_and_endless_words_are_anomalous():
    assert anomaly(0.9, 0.3) == 0
    assert anomaly(0.1, 0.3) == 1
    assert anomaly(0.9, 0.0) == pytest.approx(1.995)
    assert anomaly(0.9, 5.0) == 3


def test_only_a_whole_invented_phrase_is_one():
    assert is_stock(["Thank", "you", "for", "watching!"])
    assert not is_stock(["Thank", "you", "for", "coming."])


def test_an_echo_needs_three_listed_words_and_low_probability():
    listed = ["metformin", "lisinopril", "ramipril"]
    doubtful = [Word(w, 0, 1, 0.3) for w in ("so", "Metformin,", "lisinopril,", "ramipril.")]
    assert echoes(doubtful, listed) == [1, 2, 3]
    assert echoes([Word(w.text, 0, 1, 0.9) for w in doubtful], listed) == []
    assert echoes(doubtful[:3], listed) == []
