"""Turns, transcripts and findings."""

import pytest

from app.store import Store
from visit.findings import Detail, Finding, FindingKind, Polarity
from visit.ids import FindingId
from visit.turns import Gap, Speaker, Transcript, Turn
from visit.words import Word

pytestmark = pytest.mark.unit


def turn(index: int, text: str = "x", speaker: Speaker = Speaker.PATIENT) -> Turn:
    return Turn(index, speaker, text, 10 * index, 10 * index + 9, (Word(text, 10 * index, 10 * index + 5, 0.5),), "A")


def test_nothing_was_heard_yet(store: Store, advance) -> None:
    encounter = advance("open").id
    assert store.transcript(encounter) is None
    assert store.live_turns(encounter) == ()
    assert store.findings(encounter) == ()


def test_live_turns_make_a_transcript_and_may_be_revised(store: Store, advance) -> None:
    encounter = advance("recording").id
    for index in (0, 1, 2):
        store.save_live_turn(encounter, turn(index))
    revised = turn(1, speaker=Speaker.CLINICIAN)
    store.save_live_turn(encounter, revised)
    assert store.live_turns(encounter) == (turn(0), revised, turn(2))
    assert store.transcript(encounter) == Transcript((turn(0), revised, turn(2)))


def test_the_newest_whole_transcript_counts(store: Store, advance) -> None:
    encounter = advance("finishing").id
    store.save_live_turn(encounter, turn(0, "live"))
    first = Transcript((turn(0, "first"),), (Gap(1, 2, "asr.failed"),), 1.5, "base")
    assert store.save_transcript(encounter, first, "live") == 1
    assert store.transcript(encounter) == first
    second = Transcript((turn(0, "second"),), (), 1.5, "large")
    assert store.save_transcript(encounter, second) == 2
    assert store.transcript(encounter) == second
    assert store.live_turns(encounter) == (turn(0, "live"),)


def test_findings_are_replaced_whole(store: Store, advance) -> None:
    encounter = advance("recording").id
    one = Finding(FindingId("f1"), FindingKind.SYMPTOM, "dyspnea", "short of breath", (0,))
    two = Finding(
        FindingId("f2"),
        FindingKind.VITAL,
        "pulse",
        "pulse",
        (1, 2),
        Polarity.ABSENT,
        detail=Detail("72", "bpm"),
        supersedes=FindingId("f1"),
    )
    store.save_findings(encounter, (one,))
    store.save_findings(encounter, (one, two))
    assert store.findings(encounter) == (one, two)
    store.save_findings(encounter, ())
    assert store.findings(encounter) == ()


def test_it_survives_a_restart(store: Store, settings, clock, advance) -> None:
    encounter = advance("recording").id
    store.save_live_turn(encounter, turn(0))
    store.close()
    again = Store.open(settings, clock=clock)
    assert again.live_turns(encounter) == (turn(0),)
    again.close()
