import pytest

from asr.filters import anomaly, copied, echoes, fold, is_stock, repeats
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


PASSAGE = "it began on the stairs at home"


def spoken(text: str, from_s: float, word_s: float) -> list[Word]:
    step = int(word_s * 16_000)
    start = int(from_s * 16_000)
    return [Word(word, start + at * step, start + (at + 1) * step, 0.9) for at, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("before", "words", "found"),
    [
        pytest.param(
            [], spoken(f"and {PASSAGE}", 0, 0.3) + spoken(PASSAGE, 2.4, 0.02), range(8, 15), id="in one window"
        ),
        pytest.param(spoken(PASSAGE, 1, 0.02), spoken(f"{PASSAGE} yes", 1.2, 0.3), range(7), id="heard again"),
        pytest.param(
            spoken(PASSAGE, 1, 0.02), spoken("it began on two stairs at home", 1.2, 0.3), range(7), id="nearly"
        ),
        pytest.param(spoken(PASSAGE, 1, 0.3), spoken(PASSAGE, 4, 0.3), range(0), id="said twice"),
        pytest.param(spoken("on the stairs", 1, 0.02), spoken("on the stairs", 2, 0.3), range(0), id="short"),
        pytest.param(spoken(PASSAGE, 1, 0.02), spoken("it hurts when i walk up there", 1.2, 0.3), range(0), id="other"),
    ],
)
def test_a_passage_is_a_copy_when_there_is_sound_for_one(before, words, found):
    assert copied(before, words) == found


def test_the_times_of_misplaced_words_say_nothing():
    assert copied(spoken(PASSAGE, 1, 0.3), spoken(PASSAGE, 4, 0.3), misplaced=True) == range(7)


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
