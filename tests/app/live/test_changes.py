"""What the final pass changed, and where the evidence of an edited note goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.changes import changed, move
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit


def turns(*spoken: tuple[str, int, int]) -> tuple[Turn, ...]:
    return tuple(Turn(i, Speaker.PATIENT, text, start, end) for i, (text, start, end) in enumerate(spoken))


def note(*evidence: tuple[int, ...]) -> Note:
    return Note(
        tuple(
            NoteSentence(SentenceId(f"n{i}"), Division.HISTORY, "x", cited, Verdict.SUPPORTED, Origin.MODEL)
            for i, cited in enumerate(evidence)
        )
    )


OLD = turns(("It hurts.", 0, 100), ("Since Monday", 100, 200), ("No fever", 200, 300))


def test_case_and_punctuation_are_no_change() -> None:
    assert changed(OLD, turns(("it hurts", 0, 90), ("since Monday.", 100, 210), ("No fever", 200, 300))) == ()


def test_other_words_another_speaker_or_another_place_are_a_change() -> None:
    other = Turn(2, Speaker.CLINICIAN, "No fever", 200, 300)
    new = (*turns(("It hurt", 0, 100), ("Since Monday", 900, 1000)), other)
    assert changed(OLD, new) == (0, 1, 2)


def test_evidence_follows_its_turn_when_an_earlier_one_is_split() -> None:
    new = turns(("It", 0, 50), ("hurts.", 50, 100), ("Since Monday", 100, 200), ("No fever", 200, 300))
    moved, stale = move(note((0,), (1, 2)), OLD, new)
    assert [sentence.evidence for sentence in moved.sentences] == [(0, 1), (2, 3)]
    assert stale == {"n0"}


def test_evidence_of_merged_turns_is_said_once_and_stale() -> None:
    new = turns(("It hurts. Since Monday", 0, 200), ("No fever", 200, 300))
    moved, stale = move(note((0, 1), (2,)), OLD, new)
    assert [sentence.evidence for sentence in moved.sentences] == [(0,), (1,)]
    assert stale == {"n0"}


def test_a_turn_that_vanished_leaves_no_evidence_and_a_stale_sentence() -> None:
    moved, stale = move(note((1,)), OLD, turns(("It hurts.", 0, 100)))
    assert moved.sentences[0].evidence == ()
    assert stale == {"n0"}


def test_what_a_clinician_typed_without_evidence_is_never_stale() -> None:
    assert move(note(()), OLD, ())[1] == frozenset()


@given(st.lists(st.integers(1, 50), max_size=12))
def test_an_equal_transcript_changes_nothing(lengths: list[int]) -> None:
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    same = turns(*((f"word {end}", end - length, end) for end, length in zip(ends, lengths, strict=True)))
    written = note(*((i,) for i in range(len(same))))
    assert changed(same, same) == ()
    assert move(written, same, same) == (written, frozenset())
