from collections.abc import Sequence

import pytest

from asr.listed import confirm, mentions, repairs
from visit.turns import DoubtKind
from visit.words import Word

pytestmark = pytest.mark.unit


def spoken(text: str, probability: float = 0.9, first: int = 0) -> list[Word]:
    return [
        Word(word, first + 8000 * at, first + 8000 * at + 6000, probability) for at, word in enumerate(text.split())
    ]


def hears(*texts: str):
    """A second hearing that says these texts, each at the place where it was asked to listen."""
    said = list(texts)

    def rehear(spans: Sequence[tuple[int, int]]) -> list[list[Word]]:
        return [spoken(text, 0.8, start + 4 * 16_000) for (start, _), text in zip(spans, said, strict=True)]

    return rehear


def test_a_listed_drug_heard_with_certainty_is_not_heard_again() -> None:
    words = spoken("you take metformin daily")
    assert confirm(words, ["metformin"], hears()) == (words, [])


def test_a_listed_drug_that_is_heard_without_the_list_too_is_confirmed() -> None:
    words = spoken("take metformin", 0.4)
    assert confirm(words, ["metformin"], hears("Metformin.")) == (words, [])


def test_a_drug_that_only_the_list_heard_gives_way_and_is_a_doubt() -> None:
    words = spoken("my wife said lisinopril yesterday", 0.4)
    kept, (doubt,) = confirm(words, ["lisinopril"], hears("goodbye"))
    assert [word.text for word in kept] == ["my", "wife", "said", "goodbye", "yesterday"]
    assert (doubt.kind, doubt.text, doubt.other) == (DoubtKind.LISTED, "goodbye", "lisinopril")
    assert (doubt.start, doubt.end) == (words[3].start, words[3].end)


def test_a_drug_that_nobody_else_hears_is_taken_out() -> None:
    kept, (doubt,) = confirm(spoken("hello lisinopril", 0.1), ["lisinopril"], hears(""))
    assert [word.text for word in kept] == ["hello"]
    assert doubt.text == ""


def test_a_drug_that_the_other_hearing_only_spells_differently_stands_as_a_doubt() -> None:
    words = spoken("on lisinopril", 0.4)
    kept, (doubt,) = confirm(words, ["lisinopril"], hears("lisinoprol"))
    assert kept == words
    assert (doubt.text, doubt.other) == ("lisinopril", "lisinoprol")


def test_words_that_sound_like_a_listed_drug_are_offered_and_not_changed() -> None:
    words = spoken("I take lies in a pearl every day")
    (doubt,) = repairs(words, ["lisinopril", "metformin"])
    assert (doubt.kind, doubt.text, doubt.other) == (DoubtKind.SOUNDS_LIKE, "lies in a pearl", "lisinopril")
    assert (doubt.start, doubt.end) == (words[2].start, words[5].end)


def test_nothing_is_offered_for_the_drug_itself_or_across_sentences() -> None:
    assert repairs(spoken("I take lisinopril. lies in. a pearl"), ["lisinopril"]) == []


def test_everyday_talk_offers_nothing() -> None:
    talk = "well I had a bit of a sore throat and then it all went to my chest so I listened to a purple band at home"
    assert repairs(spoken(talk), ["lisinopril", "metformin", "amlodipine", "ibuprofen", "atorvastatin", "Lasix"]) == []


def test_a_name_of_few_sounds_is_not_offered_for_everyday_words() -> None:
    assert repairs(spoken("please let me see"), ["lithium"]) == []


def test_mentions_are_found_whatever_their_case_and_punctuation() -> None:
    found = mentions(spoken("Metformin, and insulin glargine."), ["metformin", "insulin glargine"])
    assert [(m.first, m.last) for m in found] == [(0, 0), (2, 3)]
