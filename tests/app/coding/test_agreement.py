"""Agreement is counted on the newest decision, and nothing decided is no rate."""

import pytest

from app.coding.agreement import Agreement, Decided, Verdict, agreement, last_word
from visit.ids import EncounterId, UserId

pytestmark = pytest.mark.unit


def decided(encounter: str, code: str, verdict: Verdict, by: str = "c1") -> Decided:
    return Decided(EncounterId(encounter), code, verdict, UserId(by), "m1")


def test_the_newest_decision_counts() -> None:
    rows = last_word(
        [decided("a", "I10", "rejected"), decided("b", "I10", "accepted"), decided("a", "I10", "accepted")]
    )
    assert agreement(rows, lambda one: one.code) == [Agreement("I10", accepted=2)]


def test_a_decision_that_was_taken_back_counts_nowhere() -> None:
    rows = last_word(
        [decided("a", "I10", "rejected"), decided("a", "I10", "undecided"), decided("b", "R42", "accepted")]
    )
    assert agreement(rows, lambda one: one.code) == [Agreement("R42", accepted=1)]


def test_counts_by_any_key() -> None:
    rows = [
        decided("a", "I10", "accepted"),
        decided("a", "E11.9", "changed", "c2"),
        decided("b", "I10", "rejected", "c2"),
        decided("b", "R42", "added", "c2"),
    ]
    by = {row.key: row for row in agreement(rows, lambda one: one.by)}
    assert (by["c1"].decided, by["c1"].rate) == (1, 1.0)
    assert (by["c2"].decided, by["c2"].added, by["c2"].rate) == (2, 1, 0.0)


def test_nothing_decided_has_no_rate() -> None:
    assert agreement([], lambda one: one.code) == []
    assert Agreement("all").rate is None
    assert Agreement("all", added=3).rate is None
