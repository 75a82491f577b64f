"""Terms found by their words."""

from pathlib import Path

import pytest

from nlp.icd10.search import Term, TermIndex
from nlp.icd10.text import Normaliser

pytestmark = pytest.mark.unit

TERMS = (
    Term("J45", "Asthma", "title"),
    Term("J44", "Chronic obstructive pulmonary disease", "title"),
    Term("J84", "Other interstitial pulmonary diseases", "title"),
    Term("J44", "Chronic obstructive asthma", "inclusion"),
)


@pytest.fixture(scope="module")
def index() -> TermIndex:
    return TermIndex(TERMS, Normaliser())


def test_the_term_that_both_covers_and_is_covered_comes_first(index: TermIndex) -> None:
    found = index.find("asthma")
    assert [match.term for match in found] == [TERMS[0], TERMS[3]]
    assert (found[0].said, found[0].meant) == (1, 1)
    assert found[1].said == 1
    assert found[1].meant < 1


def test_rare_words_weigh_more_and_unknown_ones_as_a_fairly_rare_one(index: TermIndex) -> None:
    assert index.weight("interstitial"[:10]) == index.weight("unheard")
    known = [index.weights[word] for word in index.weights]
    assert min(known) < index.weight("unheard") < max(known)


def test_a_long_misspelt_word_is_read_as_the_nearest_and_a_short_one_is_left(index: TermIndex) -> None:
    assert index.find("obstrutive disease")[0].term == TERMS[1]
    assert index.spell("astma") == "astma"


def test_what_shares_no_word_is_not_found(index: TermIndex) -> None:
    assert index.find("fracture") == []
    assert index.find("") == []


def test_an_index_is_read_back_as_it_was_written(index: TermIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "terms.npz")
    read = TermIndex.read(tmp_path / "terms.npz", Normaliser())
    for query in ("asthma", "pulmonary disease", "obstructive"):
        assert read.find(query) == index.find(query)
    assert [path.name for path in tmp_path.iterdir()] == ["terms.npz"]


def test_terms_that_are_taken_out_are_not_found_and_the_rest_is(index: TermIndex) -> None:
    less = index.without({TERMS[0]})
    assert [match.term for match in less.find("asthma")] == [TERMS[3]]
    assert index.find("asthma")[0].term == TERMS[0]
