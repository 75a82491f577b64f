"""What the ranker weighs of a phrase and a code."""

import pytest

from nlp.icd10.rank import FEATURES, Asked, Ranker
from nlp.icd10.table import Node, Table

pytestmark = pytest.mark.unit

NODES = (
    Node("Q84", "congenital nail", "", children=("Q84.5", "Q84.6", "Q84.9")),
    Node("Q84.5", "enlarged nail", "Q84"),
    Node("Q84.6", "Other nail", "Q84", terms=("bent nail",)),
    Node("Q84.9", "nail unspecified", "Q84"),
)
TABLE = Table("small", {n.code: n for n in NODES})


def ranker(likely: dict[str, dict[str, float]] | None = None) -> Ranker:
    return Ranker(TABLE, lambda text: frozenset(text.lower().split()), lambda _: 1.0, likely or {})


def features(phrase: str, code: str, likely: dict[str, dict[str, float]] | None = None) -> dict[str, float]:
    asked = Asked(frozenset(phrase.split()), no_more="nos" in phrase, alike={"Q84.6": 0.7})
    return dict(zip(FEATURES, ranker(likely).features(asked, code, 0.4, 0.6), strict=True))


def test_the_whole_of_a_good_category_is_looked_at() -> None:
    assert ranker().pool(["Q84.5"]) == ["Q84.5", "Q84.6", "Q84.9"]


def test_another_word_for_a_titles_word_explains_it() -> None:
    plain = features("koilonychia", "Q84.6")
    learned = features("koilonychia", "Q84.6", {"koilonychia": {"nail": 0.5}})
    assert plain["explained"] == 0
    assert learned["explained"] == 0.5
    assert learned["title_explained"] == 0.25


def test_words_of_terms_and_of_the_category_count_apart() -> None:
    bent = features("congenital bent nail", "Q84.6")
    assert bent["phrase_in_title"] == pytest.approx(1 / 3)
    assert bent["phrase_in_terms"] == pytest.approx(2 / 3)
    assert bent["phrase_in_family"] == 1
    assert bent["meaning"] == 0.7


def test_other_is_for_something_new_and_unspecified_for_nothing_more() -> None:
    assert features("split nail", "Q84.6")["other_for_a_new_word"] == 1
    assert features("bent nail", "Q84.6")["other_for_a_new_word"] == 0
    assert features("split nail", "Q84.9")["unspecified_when_said_so"] == 0
    assert features("split nail nos", "Q84.9")["unspecified_when_said_so"] == 1
