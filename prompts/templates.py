"""Note formats as data: the sections of a note, their titles, and which divisions each holds, in order.

A format is a TOML file::

    name = "soap"
    version = 1
    title = "SOAP note"

    [style]
    headings = true          # name the divisions inside a section
    not_discussed = "Not discussed."
    words = 420              # aim of the whole note; what matters least is left out beyond it

    [[sections]]
    title = "Subjective"
    divisions = ["history", "review_of_systems"]

``leave_out`` lists divisions that the format does not show. Every division is in one section or in ``leave_out``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from prompts.errors import TemplateError
from visit.notes import SECTION_OF, Division, Note, NoteSentence, Section

FOLDER: Final = Path(__file__).parent / "templates"
HEADINGS: Final[dict[Division, str]] = {
    Division.CHIEF_COMPLAINT: "Chief complaint",
    Division.HISTORY: "History of present illness",
    Division.REVIEW_OF_SYSTEMS: "Review of systems",
    Division.PAST_HISTORY: "Past history",
    Division.MEDICATIONS: "Medications",
    Division.ALLERGIES: "Allergies",
    Division.FAMILY: "Family history",
    Division.SOCIAL: "Social history",
    Division.VITALS: "Vitals",
    Division.EXAM: "Physical exam",
    Division.RESULTS: "Results",
    Division.ASSESSMENT: "Assessment",
    Division.PLAN: "Plan",
}
"""What each division is called in a note."""


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """A titled section and the divisions it holds, in order."""

    title: str
    divisions: tuple[Division, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How a format looks. ``words`` is the length the note aims at."""

    headings: bool = True
    not_discussed: str = "Not discussed."
    words: int = 420


@dataclass(frozen=True, slots=True)
class Template:
    """A note format."""

    name: str
    version: int
    title: str
    sections: tuple[TemplateSection, ...]
    style: Style = Style()
    leave_out: tuple[Division, ...] = ()

    def order(self) -> tuple[Division, ...]:
        """The divisions shown, in the order of the note."""
        return tuple(division for section in self.sections for division in section.divisions)


def names() -> tuple[str, ...]:
    """The formats that ship with Sidenote."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@lru_cache(32)
def load(name: str) -> Template:
    """The shipped format called ``name``; :class:`TemplateError` when there is none or it is malformed."""
    if name not in names():
        raise TemplateError(f"no note format is called {name!r}; there are {', '.join(names())}")
    return read(FOLDER / f"{name}.toml")


def read(path: Path) -> Template:
    """A format from a file, such as a clinic's own; :class:`TemplateError` says what is wrong and where."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"{path.name} cannot be read as TOML: {error}") from error
    return validate(data, path.name)


def validate(data: Mapping[str, Any], where: str = "template") -> Template:
    """A format from parsed data; :class:`TemplateError` names the first thing wrong."""
    _only(data, {"name", "version", "title", "style", "sections", "leave_out"}, where)
    name, title = _text(data, "name", where), _text(data, "title", where)
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise TemplateError(f"{where}: version must be a whole number from 1")
    sections = data.get("sections")
    if not isinstance(sections, list) or not sections:
        raise TemplateError(f"{where}: sections must be a list with at least one section")
    read_sections = tuple(_section(section, f"{where}: section {i}") for i, section in enumerate(sections, 1))
    leave_out = _divisions(data.get("leave_out", []), f"{where}: leave_out")
    _every_division_once([d for s in read_sections for d in s.divisions] + list(leave_out), where)
    return Template(name, version, title, read_sections, _style(data.get("style", {}), where), leave_out)


def render(note: Note, template: Template) -> list[tuple[str, tuple[NoteSentence, ...]]]:
    """The sections of a note in a format: title and sentences in order. A section may be empty."""
    place = {division: i for i, division in enumerate(template.order())}
    out = []
    for section in template.sections:
        inside = [s for s in note.sentences if s.division in section.divisions]
        out.append((section.title, tuple(sorted(inside, key=lambda s: place[s.division]))))
    return out


def render_text(note: Note, template: Template) -> str:
    """A note as plain text, with division headings where the style asks for them."""
    blocks = []
    for title, sentences in render(note, template):
        lines = [title]
        heading: Division | None = None
        for sentence in sentences:
            if template.style.headings and sentence.division is not heading:
                heading = sentence.division
                if HEADINGS[heading].lower() != title.lower():
                    lines.append(f"{HEADINGS[heading]}:")
            lines.append(sentence.text)
        if not sentences:
            lines.append(template.style.not_discussed)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def section_texts(note: Note) -> dict[Section, str]:
    """The four SOAP parts of a note as text, divisions under their headings; assessment and plan need none."""
    out = {}
    for section in Section:
        lines: list[str] = []
        for division, heading in HEADINGS.items():
            inside = [s.text for s in note.sentences if s.division is division and SECTION_OF[division] is section]
            if inside and heading.lower() != section.value:
                lines.append(f"{heading}:")
            lines.extend(inside)
        out[section] = "\n".join(lines)
    return out


def _section(data: object, where: str) -> TemplateSection:
    if not isinstance(data, Mapping):
        raise TemplateError(f"{where} must be a table")
    _only(data, {"title", "divisions"}, where)
    divisions = _divisions(data.get("divisions"), f"{where}: divisions")
    if not divisions:
        raise TemplateError(f"{where}: divisions must name at least one division")
    return TemplateSection(_text(data, "title", where), divisions)


def _divisions(value: object, where: str) -> tuple[Division, ...]:
    if not isinstance(value, list):
        raise TemplateError(f"{where} must be a list")
    known = {division.value for division in Division}
    for item in value:
        if item not in known:
            raise TemplateError(f"{where}: no division is called {item!r}; there are {', '.join(sorted(known))}")
    return tuple(Division(item) for item in value)


def _every_division_once(found: list[Division], where: str) -> None:
    twice = {d for d in found if found.count(d) > 1}
    if twice:
        raise TemplateError(f"{where}: {', '.join(sorted(twice))} is placed twice")
    missing = set(Division) - set(found)
    if missing:
        raise TemplateError(f"{where}: {', '.join(sorted(missing))} is in no section and not in leave_out")


def _style(data: object, where: str) -> Style:
    if not isinstance(data, Mapping):
        raise TemplateError(f"{where}: style must be a table")
    _only(data, {"headings", "not_discussed", "words"}, f"{where}: style")
    style = Style(**data)
    if not isinstance(style.headings, bool):
        raise TemplateError(f"{where}: style.headings must be true or false")
    if not isinstance(style.not_discussed, str):
        raise TemplateError(f"{where}: style.not_discussed must be text")
    if not isinstance(style.words, int) or isinstance(style.words, bool) or style.words < 50:
        raise TemplateError(f"{where}: style.words must be a whole number from 50")
    return style


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise TemplateError(f"{where}: {key} must be text")
    return value


def _only(data: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(data) - known)
    if unknown:
        raise TemplateError(f"{where}: unknown entry {unknown[0]!r}; known are {', '.join(sorted(known))}")
