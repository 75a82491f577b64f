"""The referral letter: the note's sentences in the order in which a colleague reads them."""

import re
from collections.abc import Sequence
from typing import Final

from prompts.documents.document import Document, Line, document, line, reliable
from prompts.language.precautions import RETURN
from visit.findings import Finding, FindingKind, Polarity
from visit.notes import Division, Note

TITLE: Final = "Referral letter"
_REFERS: Final = re.compile(r"\brefer(?:red|ring|ral|s)?\b", re.I)
_TO: Final = "referral to "
_PARTS: Final = (
    ("Presenting complaint and history", (Division.CHIEF_COMPLAINT, Division.HISTORY, Division.REVIEW_OF_SYSTEMS)),
    ("Past history", (Division.PAST_HISTORY,)),
    ("Medications", (Division.MEDICATIONS,)),
    ("Allergies", (Division.ALLERGIES,)),
    ("Family and social history", (Division.FAMILY, Division.SOCIAL)),
    ("Examination and results", (Division.VITALS, Division.EXAM, Division.RESULTS)),
    ("Assessment", (Division.ASSESSMENT,)),
)


def letter(note: Note) -> Document:
    """Why the patient is referred, if that was said, then history, findings, assessment and what was begun.

    Only sentences that the visit supports, or that the clinician wrote, are in it.
    """
    sentences = reliable(note)
    plan = [s for s in sentences if s.division is Division.PLAN and not s.text.startswith(RETURN)]
    reason = [line(s) for s in plan if _REFERS.search(s.text)]
    parts: list[tuple[str, Sequence[Line]]] = [("Reason for referral", reason)]
    parts += [
        (title, [line(s) for d in divisions for s in sentences if s.division is d]) for title, divisions in _PARTS
    ]
    parts.append(("Plan so far", [line(s) for s in plan if not _REFERS.search(s.text)]))
    return document(TITLE, parts, note)


def referred_to(findings: Sequence[Finding]) -> str | None:
    """The specialty that the visit named as the place of referral, the last one when there were several."""
    named = [
        f.concept.removeprefix(_TO)
        for f in findings
        if f.kind is FindingKind.ORDER and f.concept.startswith(_TO) and f.polarity is Polarity.PRESENT
    ]
    return named[-1] if named else None
