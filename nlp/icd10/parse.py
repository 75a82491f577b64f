"""Plain text and sectioned notes become a :class:`visit.notes.Note`, so that coding sees one shape only."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from nlp.icd10.data import data
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Section, Verdict

_HEADINGS: Final = {text: Division(name) for name, texts in data("headings").items() for text in texts}
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
    """A note from plain text: known headings set the division; bullets and problem lines stay sentences."""
    return _note(_lines(text, Division.HISTORY))


def note_from_sections(sections: Mapping[str, str]) -> Note:
    """A note from ``{"subjective": …, "assessment": …}``; keys that are no SOAP section are read as headings."""
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
        line = raw.replace("**", "").strip()
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
