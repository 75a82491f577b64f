"""A clinician's edits applied to a note."""

from dataclasses import replace

import pytest

from app.errors import InvalidInput
from app.rest.edits import apply
from app.wire.resources import Edit
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.unit


def sentence(name: str, division: Division) -> NoteSentence:
    return NoteSentence(SentenceId(name), division, f"Text {name}.", (1,), Verdict.SUPPORTED, Origin.MODEL)


NOTE = Note(
    (
        sentence("h1", Division.HISTORY),
        sentence("h2", Division.HISTORY),
        sentence("a1", Division.ASSESSMENT),
        sentence("p1", Division.PLAN),
    ),
    not_discussed=(Division.SOCIAL, Division.FAMILY),
)


def judged(one: NoteSentence) -> NoteSentence:
    return replace(one, verdict=Verdict.NEEDS_REVIEW, reasons=("judged",))


def past(version: int) -> Note:
    assert version == 1
    return NOTE


def edited(*edits: Edit, note: Note = NOTE) -> Note:
    return apply(note, edits, judged, past)[0]


def test_replace_keeps_place_and_evidence() -> None:
    note, touched = apply(NOTE, [Edit(op="replace", sentence="h2", text="  New \n words. ")], judged, past)
    changed = note.sentences[1]
    assert (changed.id, changed.text, changed.evidence) == ("h2", "New words.", (1,))
    assert (changed.origin, changed.verdict, changed.reasons) == (Origin.CLINICIAN, Verdict.NEEDS_REVIEW, ("judged",))
    assert touched == {"h2"}
    assert [s for s in note.sentences if s.id != "h2"] == [s for s in NOTE.sentences if s.id != "h2"]


def test_delete() -> None:
    assert [s.id for s in edited(Edit(op="delete", sentence="h1")).sentences] == ["h2", "a1", "p1"]


@pytest.mark.parametrize(
    ("edit", "place", "division"),
    [
        (Edit(op="insert", sentence="h1", text="x"), 1, Division.HISTORY),
        (Edit(op="insert", sentence="h1", division=Division.PLAN, text="x"), 1, Division.PLAN),
        (Edit(op="insert", division=Division.HISTORY, text="x"), 2, Division.HISTORY),
        (Edit(op="insert", division=Division.EXAM, text="x"), 2, Division.EXAM),
        (Edit(op="insert", division=Division.CHIEF_COMPLAINT, text="x"), 0, Division.CHIEF_COMPLAINT),
        (Edit(op="insert", division=Division.PLAN, text="x"), 4, Division.PLAN),
    ],
)
def test_insert(edit: Edit, place: int, division: Division) -> None:
    fresh = edited(edit).sentences[place]
    assert (fresh.division, fresh.text, fresh.evidence, fresh.origin) == (division, "x", (), Origin.CLINICIAN)
    assert fresh.id not in {s.id for s in NOTE.sentences}


def test_what_is_written_about_was_discussed() -> None:
    note = edited(Edit(op="insert", division=Division.SOCIAL, text="Never smoked."))
    assert note.not_discussed == (Division.FAMILY,)


def test_edits_follow_each_other() -> None:
    note = edited(Edit(op="replace", sentence="p1", text="one"), Edit(op="replace", sentence="p1", text="two"))
    assert note.sentences[-1].text == "two"
    with pytest.raises(InvalidInput):
        edited(Edit(op="delete", sentence="p1"), Edit(op="replace", sentence="p1", text="x"))


def restore(name: str) -> Edit:
    return Edit(op="restore", sentence=name, version=1)


def test_restore_brings_author_and_evidence_back_and_judges_anew() -> None:
    note = edited(Edit(op="replace", sentence="h2", text="other"))
    back = edited(restore("h2"), note=note).sentences[1]
    assert back == judged(NOTE.sentences[1])


@pytest.mark.parametrize("name", ["h1", "h2", "a1", "p1"])
def test_a_restored_sentence_stands_where_it_stood(name: str) -> None:
    without = edited(Edit(op="delete", sentence=name))
    assert [each.id for each in edited(restore(name), note=without).sentences] == ["h1", "h2", "a1", "p1"]


@pytest.mark.parametrize(
    "edit",
    [
        Edit(op="restore", sentence="h1"),
        Edit(op="restore", sentence="nothing", version=1),
        Edit(op="replace", sentence="nothing", text="x"),
        Edit(op="replace", text="x"),
        Edit(op="replace", sentence="h1"),
        Edit(op="replace", sentence="h1", text="  "),
        Edit(op="delete"),
        Edit(op="insert", text="x"),
        Edit(op="insert", division=Division.PLAN),
        Edit(op="insert", sentence="nothing", text="x"),
    ],
)
def test_edits_that_make_no_sense(edit: Edit) -> None:
    with pytest.raises(InvalidInput):
        edited(edit)
