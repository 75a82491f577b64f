"""Plain text and sectioned notes become a :class:`visit.notes.Note`, so that coding sees one shape only."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Section, Verdict

_HEADINGS: Final[dict[str, Division]] = {
    "chief complaint": Division.CHIEF_COMPLAINT, "cc": Division.CHIEF_COMPLAINT, "reason for visit": Division.CHIEF_COMPLAINT,
    "presenting complaint": Division.CHIEF_COMPLAINT, "reason for consultation": Division.CHIEF_COMPLAINT,
    "history of present illness": Division.HISTORY, "hpi": Division.HISTORY, "history of presenting complaint": Division.HISTORY,
    "present illness": Division.HISTORY, "history": Division.HISTORY, "interval history": Division.HISTORY,
    "subjective": Division.HISTORY, "s": Division.HISTORY,
    "review of systems": Division.REVIEW_OF_SYSTEMS, "ros": Division.REVIEW_OF_SYSTEMS,
    "past medical history": Division.PAST_HISTORY, "pmh": Division.PAST_HISTORY, "past history": Division.PAST_HISTORY,
    "medical history": Division.PAST_HISTORY, "past surgical history": Division.PAST_HISTORY, "psh": Division.PAST_HISTORY,
    "surgical history": Division.PAST_HISTORY, "problem list": Division.PAST_HISTORY, "past medical and surgical history": Division.PAST_HISTORY,
    "obstetric history": Division.PAST_HISTORY, "gynecologic history": Division.PAST_HISTORY, "immunizations": Division.PAST_HISTORY,
    "medications": Division.MEDICATIONS, "current medications": Division.MEDICATIONS, "meds": Division.MEDICATIONS,
    "allergies": Division.ALLERGIES, "family history": Division.FAMILY, "fh": Division.FAMILY, "family medical history": Division.FAMILY,
    "social history": Division.SOCIAL, "sh": Division.SOCIAL, "social": Division.SOCIAL,
    "vitals": Division.VITALS, "vital signs": Division.VITALS, "vitals reviewed": Division.VITALS,
    "physical exam": Division.EXAM, "physical examination": Division.EXAM, "exam": Division.EXAM, "examination": Division.EXAM,
    "objective": Division.EXAM, "o": Division.EXAM, "pe": Division.EXAM,
    "results": Division.RESULTS, "labs": Division.RESULTS, "laboratory": Division.RESULTS, "imaging": Division.RESULTS,
    "data": Division.RESULTS, "diagnostic studies": Division.RESULTS, "studies": Division.RESULTS, "lab results": Division.RESULTS,
    "procedures": Division.RESULTS, "procedure": Division.RESULTS, "diagnostics": Division.RESULTS,
    "assessment": Division.ASSESSMENT, "impression": Division.ASSESSMENT, "diagnosis": Division.ASSESSMENT, "diagnoses": Division.ASSESSMENT,
    "assessment and plan": Division.ASSESSMENT, "assessment & plan": Division.ASSESSMENT, "assessment/plan": Division.ASSESSMENT,
    "a/p": Division.ASSESSMENT, "a&p": Division.ASSESSMENT, "ap": Division.ASSESSMENT, "a": Division.ASSESSMENT,
    "impression and plan": Division.ASSESSMENT, "impression & plan": Division.ASSESSMENT, "medical decision making": Division.ASSESSMENT,
    "problems": Division.ASSESSMENT, "final diagnosis": Division.ASSESSMENT, "final diagnoses": Division.ASSESSMENT,
    "plan": Division.PLAN, "p": Division.PLAN, "treatment plan": Division.PLAN, "recommendations": Division.PLAN, "instructions": Division.PLAN,
    "follow up": Division.PLAN, "follow-up": Division.PLAN, "disposition": Division.PLAN,
}  # fmt: skip
_OPENING: Final = {
    Section.SUBJECTIVE: Division.HISTORY,
    Section.OBJECTIVE: Division.EXAM,
    Section.ASSESSMENT: Division.ASSESSMENT,
    Section.PLAN: Division.PLAN,
}
_LABEL: Final = re.compile(r"^[#*\s]*(?:\d{1,2}[.)]\s*)?([A-Za-z][A-Za-z &/\-]{0,40}?)\s*(:|$)[*\s]*")
_BULLET: Final = re.compile(r"^[\s•·▪◦*\-–—]+")
_BOUNDARY: Final = re.compile(
    r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bvs\.)(?<!\bSt\.)(?<!\b\d\.)\s+(?=[A-Z0-9\"'(])"
)


def note_from_text(text: str) -> Note:
    """A note from plain text: known headings set the division, bullets and problem lines stay sentences of their own."""
    return _note(_lines(text, Division.HISTORY))


def note_from_sections(sections: Mapping[str, str]) -> Note:
    """A note from ``{"subjective": …, "objective": …, "assessment": …, "plan": …}``; other keys are read as headings."""
    pairs: list[tuple[Division, str]] = []
    for name, text in sections.items():
        key = name.lower().replace("_", " ").strip()
        opening = _OPENING[Section(key)] if key in set(Section) else _HEADINGS.get(key, Division.HISTORY)
        pairs.extend(_lines(text, opening))
    return _note(pairs)


def _note(pairs: "Iterator[tuple[Division, str]] | list[tuple[Division, str]]") -> Note:
    return Note(
        tuple(
            NoteSentence(SentenceId(f"s{i}"), division, text, (), Verdict.SUPPORTED, Origin.CLINICIAN)
            for i, (division, text) in enumerate(pairs)
        )
    )


def _lines(text: str, division: Division) -> Iterator[tuple[Division, str]]:
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        label = _LABEL.match(line)
        heading = _HEADINGS.get(" ".join(label[1].lower().split())) if label else None
        bulleted = _BULLET.match(line) is not None
        if heading is not None and label is not None and not bulleted and (label[2] == ":" or len(label[1]) > 2):
            division = heading
            line = line[label.end() :].strip()
            if not line:
                continue
        bare = _BULLET.sub("", line).strip()
        for sentence in _BOUNDARY.split(bare):
            if sentence.strip():
                yield division, sentence.strip()
