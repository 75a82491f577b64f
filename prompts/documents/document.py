"""A document made of a note's sentences: titled sections of lines, each with the sentence and the turns it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from visit.ids import SentenceId
from visit.notes import Note, NoteSentence, Origin, Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``sentence`` is the note's sentence it says again, ``evidence`` the turns that one cites."""

    text: str
    sentence: SentenceId
    evidence: tuple[int, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Part:
    """A titled run of lines; never empty."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document. ``left_out`` counts sentences of the note that are not in it because they need review first."""

    title: str
    parts: tuple[Part, ...]
    left_out: int = 0


def reliable(note: Note) -> tuple[NoteSentence, ...]:
    """The sentences that may be said again elsewhere: what the visit supports, and what the clinician wrote."""
    return tuple(s for s in note.sentences if s.verdict is Verdict.SUPPORTED or s.origin is Origin.CLINICIAN)


def line(sentence: NoteSentence, text: str | None = None) -> Line:
    """The line that a sentence makes, in its own words or in others that mean the same."""
    return Line(text if text is not None else sentence.text, sentence.id, sentence.evidence, sentence.origin)


def document(title: str, parts: Iterable[tuple[str, Sequence[Line]]], note: Note) -> Document:
    """A document of the parts that have lines."""
    kept = tuple(Part(name, tuple(lines)) for name, lines in parts if lines)
    return Document(title, kept, len(note.sentences) - len(reliable(note)))


def text(document: Document, head: Sequence[str] = (), foot: Sequence[str] = ()) -> str:
    """A document as plain text: bullets under headings, parted by blank lines, never wrapped."""
    blocks = [[document.title.upper(), *head]]
    blocks += [[part.title, *(f"- {each.text}" for each in part.lines)] for part in document.parts]
    blocks.append(list(foot))
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
