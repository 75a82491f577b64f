"""Which facts a note states, and which it only denies."""

import numpy as np
import pytest

from bench.notes.facts import Fact, Match, match, units

pytestmark = pytest.mark.unit

NOTE = "Dry cough for 3 days. No fever, chills or night sweats.\nHas a sore throat, but no rash. Takes ramipril 5 mg."


def found(fact: str, note: str = NOTE) -> Match:
    return match([Fact(fact)], note, None)[0]


@pytest.mark.parametrize(
    "fact", ["Cough - dry", "3/7 dry cough", "No chills", "no night sweats", "Sore throat", "No rash", "ramipril 5 mg"]
)
def test_a_fact_in_other_order_or_shorthand_is_found(fact):
    assert found(fact) == Match(True)


@pytest.mark.parametrize("fact", ["Productive cough, blood", "dry cough for 4 days", "ramipril 10 mg", "Wheeze", ""])
def test_what_the_note_does_not_state_is_not_found(fact):
    assert found(fact) == Match(False)


@pytest.mark.parametrize("fact", ["Fever", "Chills", "Rash", "No dry cough for days"])
def test_the_opposite_is_told_apart_from_what_is_missing(fact):
    assert found(fact) == Match(False, opposed=True)


def test_a_list_inherits_the_denial_that_opens_it_until_something_is_stated():
    polarity = {unit.text: unit.denied for unit in units("No nausea, vomiting, diarrhea, has cramps.")}
    assert polarity == {"No nausea": True, "vomiting": True, "diarrhea": True, "has cramps.": False}


class Meaning:
    """Vectors under which two texts mean the same when both name a painful belly."""

    def of(self, texts):
        alike = [("tummy" in text or "abdominal" in text) for text in texts]
        return np.array([[1.0, 0.0] if same else [0.0, 1.0 / (i + 1)] for i, same in enumerate(alike)], np.float32)


def test_meaning_finds_other_words_but_keeps_polarity_and_numbers():
    note = "Her tummy is sore since 2 days."
    asked = [Fact("abdominal discomfort"), Fact("abdominal discomfort 5 days"), Fact("no abdominal discomfort")]
    assert match(asked, note, Meaning()) == [Match(True), Match(False), Match(False, opposed=True)]
    assert match(asked[:1], note, None) == [Match(False)]


def test_the_parent_counts_for_meaning_only():
    fact = Fact("discomfort", parent="abdominal")
    assert match([fact], "Her tummy is sore.", Meaning()) == [Match(True)]
    assert match([fact], "Abdominal.", None) == [Match(False)]
