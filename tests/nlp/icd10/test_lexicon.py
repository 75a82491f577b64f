"""The curated synonyms agree with the release and with themselves."""

import pytest

from nlp.icd10 import IcdCoder
from nlp.icd10.lexicon import lexicon
from nlp.icd10.text import title_core

pytestmark = pytest.mark.integration


def test_every_code_is_in_the_release(coder: IcdCoder) -> None:
    unknown = []
    for term in lexicon().terms:
        try:
            coder.table.node_of(term.code)
        except KeyError:
            unknown.append(term)
    assert unknown == []


def test_no_phrase_stands_twice() -> None:
    seen: dict[frozenset[str], str] = {}
    twice = []
    for term in lexicon().terms:
        words = frozenset(lexicon().normaliser.tokens(title_core(term.text)))
        assert words, term
        if words in seen:
            twice.append((term.text, term.code, seen[words]))
        seen[words] = term.code
    assert twice == []


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("high blood pressure", "I10"),
        ("HTN", "I10"),
        ("acid reflux", "K21.9"),
        ("frozen shoulder, left", "M75.02"),
        ("pink eye", "H10.9"),
        ("T2DM", "E11.9"),
        ("underactive thyroid", "E03.9"),
        ("tennis elbow of the right arm", "M77.11"),
    ],
)
def test_everyday_words_reach_their_code(coder: IcdCoder, phrase: str, code: str) -> None:
    assert coder.search(phrase, 1)[0].code == code
