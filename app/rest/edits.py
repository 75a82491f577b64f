"""A clinician's edits applied to a note. Pure: the caller loads, verifies and stores."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.errors import InvalidInput
from app.wire.resources import Edit
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

Verify = Callable[[NoteSentence], NoteSentence]
"""Gives a sentence a fresh verdict against what was said."""

Past = Callable[[int], Note]
"""Gives an earlier version of the note."""


def apply(note: Note, edits: Sequence[Edit], verify: Verify, past: Past) -> tuple[Note, frozenset[SentenceId]]:
    """The note after the edits, in order, and the sentences they touched.

    A replaced sentence keeps its id and evidence; the clinician becomes its author and the gate judges it anew.
    An inserted one stands after the sentence that the edit names, else at the end of its division. A restored one is
    again as it was in an earlier version, author and evidence included, and judged anew. Raises
    :class:`InvalidInput` for an edit that names no sentence of the note or lacks what it needs.
    """
    sentences = list(note.sentences)
    touched = set()
    for edit in edits:
        if edit.op == "insert":
            place, division = _place_to_insert(sentences, edit)
            fresh = verify(_written(division, _text(edit)))
            sentences.insert(place, fresh)
            touched.add(fresh.id)
            continue
        if edit.op == "restore":
            touched.add(_restore(sentences, edit, verify, past))
            continue
        place = _place_of(sentences, edit.sentence)
        touched.add(sentences[place].id)
        if edit.op == "delete":
            del sentences[place]
        else:
            changed = replace(sentences[place], text=_text(edit), origin=Origin.CLINICIAN, reasons=())
            sentences[place] = verify(changed)
    kept = {sentence.division for sentence in sentences}
    not_discussed = tuple(division for division in note.not_discussed if division not in kept)
    return replace(note, sentences=tuple(sentences), not_discussed=not_discussed), frozenset(touched)


def _written(division: Division, text: str) -> NoteSentence:
    sentence_id = SentenceId(f"c{secrets.token_hex(6)}")
    return NoteSentence(sentence_id, division, text, (), Verdict.UNSUPPORTED, Origin.CLINICIAN)


def _restore(sentences: list[NoteSentence], edit: Edit, verify: Verify, past: Past) -> SentenceId:
    """Put a sentence of an earlier version back: where it is now, else behind what stood before it then."""
    if edit.version is None:
        raise InvalidInput("Restoring needs the version to restore from.", code="input.edit")
    then = past(edit.version).sentences
    wanted = _place_of(then, edit.sentence)
    sentence = verify(then[wanted])
    for place, each in enumerate(sentences):
        if each.id == sentence.id:
            sentences[place] = sentence
            return sentence.id
    before = {each.id for each in then[:wanted]}
    after = [place for place, each in enumerate(sentences, 1) if each.id in before]
    sentences.insert(max(after, default=0), sentence)
    return sentence.id


def _place_to_insert(sentences: Sequence[NoteSentence], edit: Edit) -> tuple[int, Division]:
    if edit.sentence is not None:
        place = _place_of(sentences, edit.sentence)
        return place + 1, edit.division or sentences[place].division
    if edit.division is None:
        raise InvalidInput("An insertion needs a division or a sentence to follow.", code="input.edit")
    order = list(Division)
    wanted = order.index(edit.division)
    after = [place for place, sentence in enumerate(sentences, 1) if order.index(sentence.division) <= wanted]
    return max(after, default=0), edit.division


def _place_of(sentences: Sequence[NoteSentence], wanted: str | None) -> int:
    for place, sentence in enumerate(sentences):
        if sentence.id == wanted:
            return place
    raise InvalidInput("The note has no such sentence.", code="input.sentence")


def _text(edit: Edit) -> str:
    text = " ".join((edit.text or "").split())
    if not text:
        raise InvalidInput("An edit needs a text.", code="input.edit")
    return text
