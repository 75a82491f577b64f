"""The words that several rooms look for find what they say they find."""

import re

import pytest

from visit.cues import cues

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "said",
    ["i'm going to prescribe an inhaler", "your lungs sound clear", "i want you to rest", "on your physical exam"],
)
def test_only_a_clinician_says_so(said: str) -> None:
    assert re.search(cues("only_clinician"), said)


@pytest.mark.parametrize("said", ["my lungs hurt", "i want to rest", "you told me to rest", "i'm going to go home"])
def test_anybody_says_so(said: str) -> None:
    assert not re.search(cues("only_clinician"), said)


@pytest.mark.parametrize(("said", "only"), [("um, uhh", True), ("Hmm.", True), ("um, yes", False), ("human", False)])
def test_a_hesitation_is_nothing_else(said: str, only: bool) -> None:
    assert bool(re.fullmatch(cues("hesitation"), said, re.I)) is only


def test_an_unknown_entry_is_an_error() -> None:
    with pytest.raises(KeyError):
        cues("nothing")
