"""The words of an amendment: exactly the text that is signed, kept and (but for a retraction over FHIR) sent."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from app.ehr.document import Letterhead, clean, head, note_text
from app.errors import InvalidInput
from prompts.templates import load
from visit.codes import CodeSuggestion
from visit.notes import Note

OWN_WORDS: Final = "Written by the clinician after the visit; the note it belongs to was drafted with AI assistance."
"""The line that says who wrote an addendum, and that the note beside it had help."""

EFFECT: Final = {
    "addendum": "A new document that stands beside the note.",
    "replacement": "A new document that takes the place of the note.",
    "retraction": "The document is marked as entered in error.",
}
"""What happens in the EHR, for people."""


def addendum_text(words: str, template: str, letterhead: Letterhead, day: date) -> str:
    """An addendum of ``day`` to a note; ``words`` keep their lines.

    Raises :class:`InvalidInput` (``input.amendment``) when there are none.
    """
    lines = _lines(words, "An addendum needs a text.")
    return _text(f"Addendum to {load(template).title}", letterhead, [f"Added {day.isoformat()}:", *lines])


def retraction_text(reason: str, what: str, letterhead: Letterhead, day: date) -> str:
    """The statement that withdraws ``what`` ("Progress note"); raises :class:`InvalidInput` without a reason."""
    lines = _lines(reason, "A retraction needs a reason.")
    return _text(f"Retraction of {what}", letterhead, [f"Retracted {day.isoformat()}. Reason:", *lines])


def replacement_text(
    note: Note, letterhead: Letterhead, codes: Sequence[CodeSuggestion], day: date, reason: str
) -> str:
    """The whole corrected note, which says at its head that it replaces another, and why."""
    remarks = [f"Corrected {day.isoformat()}; replaces the note that was filed before."]
    if reason.strip():
        remarks.append(f"Reason: {reason}")
    return note_text(note, replace(letterhead, remarks=tuple(remarks)), codes)


def _lines(words: str, problem: str) -> list[str]:
    lines = [clean(line) for line in words.splitlines()]
    if not any(lines):
        raise InvalidInput(problem, code="input.amendment")
    return [line for line in lines if line]


def _text(title: str, letterhead: Letterhead, body: Iterable[str]) -> str:
    signed = [OWN_WORDS, f"Reviewed and approved by {clean(letterhead.clinician)}."]
    return "\n\n".join("\n".join(block) for block in (head(title, letterhead), body, signed)) + "\n"
