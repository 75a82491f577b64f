import pytest

from asr.sounds import alike, consonants, key

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("heard", "term"),
    [
        ("lies in a pearl", "lisinopril"),
        ("met for men", "metformin"),
        ("a tour of a statin", "atorvastatin"),
        ("penny sell in", "penicillin"),
        ("war for in", "warfarin"),
    ],
)
def test_a_name_spelled_as_everyday_words_sounds_like_the_name(heard: str, term: str) -> None:
    assert alike(heard, term) > 0.8


@pytest.mark.parametrize(
    ("heard", "term"),
    [("listen", "lisinopril"), ("normal", "paracetamol"), ("as soon as", "aspirin"), ("last week", "Lasix")],
)
def test_everyday_words_do_not_sound_like_drugs(heard: str, term: str) -> None:
    assert alike(heard, term) < 0.6


def test_the_same_sounds_are_fully_alike_and_nothing_is_like_nothing() -> None:
    assert alike("Metformin", "metformin") == 1.0
    assert alike("", "") == 0.0


def test_a_bound_on_likeness_spares_the_comparison() -> None:
    assert alike("statin", "atorvastatin", at_least=0.9) == 0.0 < alike("statin", "atorvastatin")


def test_spelling_becomes_sounds() -> None:
    assert key("knee phase") == "nafas"
    assert key("6") == key("six")
    assert consonants("Lasix") == 4
