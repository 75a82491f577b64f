"""From words to the most specific code that is documented."""

import pytest
from support.small_list import retriever

from nlp.icd10.retrieve import Candidate, Context, best_of
from nlp.icd10.search import Term

pytestmark = pytest.mark.unit


def best(phrase: str, near: str = "", seventh: str = "A") -> str:
    stems = retriever().words(near)
    sides = stems & {"right", "left", "bilateral"}
    return retriever().candidates(phrase, Context(stems - sides, sides, seventh))[0].code


@pytest.mark.parametrize(
    ("phrase", "near", "code"),
    [
        ("carpal tunnel syndrome", "", "G56.00"),
        ("left carpal tunnel syndrome", "", "G56.02"),
        ("carpal tunnel syndrome", "right", "G56.01"),
        ("left carpal tunnel syndrome", "right", "G56.02"),
        ("bilateral carpal tunnel syndrome", "", "G56.03"),
        ("chronic kidney disease", "", "N18.9"),
        ("chronic kidney disease stage 4", "", "N18.4"),
        ("tennis elbow", "left", "M77.12"),
        ("high blood pressure", "", "I10"),
        ("hypothyrodism", "", "E03.9"),
    ],
)
def test_as_specific_as_documented_and_no_more(phrase: str, near: str, code: str) -> None:
    assert best(phrase, near) == code


@pytest.mark.parametrize(("seventh", "code"), [("A", "S93.402A"), ("D", "S93.402D")])
def test_an_injury_is_complete_with_its_encounter(seventh: str, code: str) -> None:
    assert best("sprain of left ankle", "", seventh) == code


def test_candidates_are_billable_unique_and_best_first() -> None:
    found = retriever().candidates("sprain of ankle")
    assert all(retriever().table.is_billable(c.code) for c in found)
    assert len({c.code for c in found}) == len(found)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


@pytest.mark.parametrize("phrase", ["", "the of and", "zzzz"])
def test_words_without_meaning_find_nothing(phrase: str) -> None:
    assert retriever().candidates(phrase) == []


def test_a_detail_says_what_was_documented() -> None:
    assert "left" in retriever().candidates("left carpal tunnel syndrome")[0].details


def test_a_curated_name_leads_to_its_code_with_sides_aside() -> None:
    assert retriever().name_of("high blood pressure") == "I10"
    assert retriever().name_of("pressure") is None
    assert retriever().name_of("left") is None
    assert retriever().in_a_name("pressure")


def test_of_two_lists_each_code_keeps_its_better_score() -> None:
    def candidate(code: str, score: float) -> Candidate:
        return Candidate(code, score, Term(code, code, "title"))

    joined = best_of([[candidate("A", 0.5), candidate("B", 0.4)], [candidate("B", 0.9)]])
    assert [(c.code, c.score) for c in joined] == [("B", 0.9), ("A", 0.5)]
