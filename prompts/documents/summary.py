"""The after-visit summary: what the patient takes home, in plain words, from the sentences of the note."""

import re
from collections.abc import Sequence
from typing import Final

from prompts.documents.document import Document, Line, document, line, reliable
from prompts.documents.lay import as_advice, in_plain_words, to_the_patient
from prompts.language.precautions import RETURN
from visit.findings import Finding, FindingKind
from visit.ids import FindingId
from visit.notes import Division, Note, NoteSentence

TITLE: Final = "After-visit summary"
_MEDICINE: Final = ("start", "stop", "increase", "decrease", "continue", "take", "prescribe", "use", "switch")
_DOSED: Final = re.compile(
    r"^(?:take|use|apply|inhale) .*\b(?:mg|mcg|ml|puffs?|tablets?|pills?|capsules?|drops?|sprays?|doses?)\b", re.I
)


def summary(note: Note, findings: Sequence[Finding]) -> Document:
    """What it was about, what was measured, medicines, what to do, and when to get help.

    Only sentences that the visit supports, or that the clinician wrote, are in it; each says the same as its sentence
    in the note.
    """
    drugs = {f.id for f in findings if f.kind is FindingKind.MEDICATION}
    by: dict[Division, list[NoteSentence]] = {}
    for sentence in reliable(note):
        by.setdefault(sentence.division, []).append(sentence)
    plan = by.get(Division.PLAN, [])
    help_when = [s for s in plan if s.text.startswith(RETURN)]
    changes = [s for s in plan if s not in help_when and _about_medicine(s, drugs)]
    parts = (
        ("What we talked about", _told(by.get(Division.ASSESSMENT, []))),
        ("What we measured", _told([*by.get(Division.VITALS, []), *by.get(Division.RESULTS, [])])),
        ("Changes to your medicines", [_advice(s) for s in changes]),
        ("Medicines you told us about", _told(by.get(Division.MEDICATIONS, []))),
        ("Allergies", _told(by.get(Division.ALLERGIES, []))),
        ("What happens next", [_advice(s) for s in plan if s not in help_when and s not in changes]),
        ("When to get help", [_precaution(s) for s in help_when]),
    )
    return document(TITLE, parts, note)


def _about_medicine(sentence: NoteSentence, drugs: set[FindingId]) -> bool:
    if _DOSED.match(sentence.text):
        return True
    words = [word.strip(":").lower() for word in sentence.text.split()[:6]]
    return bool(drugs & set(sentence.findings)) and any(word in _MEDICINE for word in words)


def _told(sentences: Sequence[NoteSentence]) -> list[Line]:
    return [line(s, in_plain_words(to_the_patient(s.text))) for s in sentences]


def _advice(sentence: NoteSentence) -> Line:
    return line(sentence, in_plain_words(to_the_patient(as_advice(sentence.text))))


def _precaution(sentence: NoteSentence) -> Line:
    said = sentence.text.removeprefix(RETURN)
    return line(sentence, in_plain_words(to_the_patient(said[:1].upper() + said[1:])))
