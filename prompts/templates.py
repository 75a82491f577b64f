"""Note formats as data: the sections of a note, their titles, and which divisions each holds, in order.

A format is a TOML file (``docs/formats.md``)::

    name = "soap"
    version = 1
    title = "SOAP note"

    [style]
    form = "bullets"         # or "sentences" (running text) or "telegraphic" (bullets without framing words)
    headings = true          # name the divisions inside a section
    not_discussed = "Not discussed in this visit."
    words = 420              # aim of the whole note; what matters least is left out beyond it

    [[sections]]
    title = "Subjective"
    divisions = ["history", "review_of_systems"]

``leave_out`` lists divisions that the format does not show. Every division is in one section or in ``leave_out``.
A clinic's own format is known as ``name@version`` once :func:`publish` was told of it; that content never changes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, get_args

from prompts import template_files
from prompts.errors import TemplateError
from prompts.template_files import Key
from prompts.untrusted import addresses_machine, normalise
from visit.notes import SECTION_OF, Division, Form, Note, NoteSentence, Section

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

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TITLE: Final = re.compile(r"[^\W\d_][^\d_.:;!?\"<>{}\[\]`|\\]{0,59}")
"""A heading: a few words on one line, without figures or the marks that end a sentence. Headings state nothing."""
_TITLE_WORDS: Final = 7
_own: dict[str, "Template"] = {}


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """A titled section and the divisions it holds, in order."""

    title: str
    divisions: tuple[Division, ...]


@dataclass(frozen=True, slots=True)
class Style:
    """How a format looks. ``words`` is the length the note aims at."""

    form: Form = "bullets"
    headings: bool = True
    not_discussed: str = "Not discussed in this visit."
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
def shipped(name: str) -> Template:
    """The shipped format called ``name``; :class:`TemplateError` when there is none."""
    if name not in names():
        raise TemplateError(f"no note format is called {name!r}; there are {', '.join(names())}")
    return read(FOLDER / f"{name}.toml")


def load(name: str) -> Template:
    """The format of a note: a shipped one, or a clinic's own that was published as ``name@version``."""
    return _own[name] if name in _own else shipped(name)


def known(name: str) -> bool:
    """Whether :func:`load` finds a format of this name."""
    return name in _own or name in names()


def reference(template: Template) -> str:
    """What a note calls its format: the name of a shipped one, ``name@version`` of a clinic's own."""
    return template.name if template.name in names() else f"{template.name}@{template.version}"


def publish(template: Template) -> str:
    """Make a clinic's own format known to :func:`load`; return what notes call it."""
    name = reference(template)
    if name not in names():
        _own[name] = template
    return name


def renamed(template: Template, name: str) -> Template:
    """The same format under another name, for a copy or a preview."""
    return replace(template, name=name)


def read(path: Path) -> Template:
    """A format from a file; :class:`TemplateError` says what is wrong and in which line."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path.name} cannot be read as UTF-8 text") from error
    return parse(text, path.name)


def parse(text: str, where: str = "template") -> Template:
    """A format from TOML text; :class:`TemplateError` names the first thing wrong, its key and its line."""
    data = template_files.data_of(text, where)
    try:
        return validate(data, where)
    except TemplateError as error:
        line = template_files.line_of(text, error.key)
        message = str(error) if line is None else f"{error} (line {line})"
        raise TemplateError(message, key=error.key, line=line) from None


def validate(data: Mapping[str, Any], where: str = "template") -> Template:
    """A format from parsed data; :class:`TemplateError` names the first thing wrong and its key."""
    _only(data, {"name", "version", "title", "style", "sections", "leave_out"}, where, ())
    name = data.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TemplateError(
            f"{where}: name must be lower-case letters, digits and _, and begin with a letter", key=("name",)
        )
    title = _title(data, where, ())
    version = data.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise TemplateError(f"{where}: version must be a whole number from 1", key=("version",))
    sections = data.get("sections")
    if not isinstance(sections, list) or not sections:
        raise TemplateError(f"{where}: sections must be a list with at least one section", key=("sections",))
    read_sections = tuple(
        _section(section, f"{where}: section {i}", ("sections", i)) for i, section in enumerate(sections, 1)
    )
    leave_out = _divisions(data.get("leave_out", []), f"{where}: leave_out", ("leave_out",))
    _every_division_once(read_sections, leave_out, where)
    return Template(name, version, title, read_sections, _style(data.get("style", {}), where), leave_out)


def data_of(template: Template) -> dict[str, Any]:
    """A format as plain data, the inverse of :func:`validate`."""
    style = template.style
    return {
        "name": template.name,
        "version": template.version,
        "title": template.title,
        "leave_out": [division.value for division in template.leave_out],
        "style": {
            "form": style.form,
            "headings": style.headings,
            "not_discussed": style.not_discussed,
            "words": style.words,
        },
        "sections": [
            {"title": section.title, "divisions": [division.value for division in section.divisions]}
            for section in template.sections
        ],
    }


def render(note: Note, template: Template) -> list[tuple[str, tuple[NoteSentence, ...]]]:
    """The sections of a note in a format: title and sentences in order. A section may be empty."""
    place = {division: i for i, division in enumerate(template.order())}
    out = []
    for section in template.sections:
        inside = [s for s in note.sentences if s.division in section.divisions]
        out.append((section.title, tuple(sorted(inside, key=lambda s: place[s.division]))))
    return out


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


def _section(data: object, where: str, key: Key) -> TemplateSection:
    if not isinstance(data, Mapping):
        raise TemplateError(f"{where} must be a table", key=key)
    _only(data, {"title", "divisions"}, where, key)
    title = _title(data, where, key)
    divisions = _divisions(data.get("divisions"), f"{where}: divisions", (*key, "divisions"))
    if not divisions:
        raise TemplateError(f"{where}: divisions must name at least one division", key=(*key, "divisions"))
    return TemplateSection(title, divisions)


def _divisions(value: object, where: str, key: Key) -> tuple[Division, ...]:
    if not isinstance(value, list):
        raise TemplateError(f"{where} must be a list", key=key)
    known = {division.value for division in Division}
    for item in value:
        if not isinstance(item, str) or item not in known:
            raise TemplateError(
                f"{where}: no division is called {item!r}; there are {', '.join(sorted(known))}", key=key
            )
    return tuple(Division(item) for item in value)


def _every_division_once(sections: tuple[TemplateSection, ...], left_out: tuple[Division, ...], where: str) -> None:
    seen: set[Division] = set()
    places: list[tuple[Key, tuple[Division, ...]]] = [
        (("sections", i, "divisions"), section.divisions) for i, section in enumerate(sections, 1)
    ]
    for key, divisions in [*places, (("leave_out",), left_out)]:
        for division in divisions:
            if division in seen:
                raise TemplateError(f"{where}: {division} is placed twice", key=key)
            seen.add(division)
    missing = set(Division) - seen
    if missing:
        raise TemplateError(f"{where}: {', '.join(sorted(missing))} is in no section and not in leave_out", key=())


def _style(data: object, where: str) -> Style:
    if not isinstance(data, Mapping):
        raise TemplateError(f"{where}: style must be a table", key=("style",))
    _only(data, {"form", "headings", "not_discussed", "words"}, f"{where}: style", ("style",))
    style = Style(**data)
    if style.form not in get_args(Form):
        raise TemplateError(f"{where}: style.form must be one of {', '.join(get_args(Form))}", key=("style", "form"))
    if not isinstance(style.headings, bool):
        raise TemplateError(f"{where}: style.headings must be true or false", key=("style", "headings"))
    said = style.not_discussed
    if not isinstance(said, str) or not _heading(said.rstrip(".")):
        raise TemplateError(f"{where}: style.not_discussed must be text of a few words", key=("style", "not_discussed"))
    if not isinstance(style.words, int) or isinstance(style.words, bool) or style.words < 50:
        raise TemplateError(f"{where}: style.words must be a whole number from 50", key=("style", "words"))
    return style


def _title(data: Mapping[str, Any], where: str, key: Key) -> str:
    value = data.get("title")
    if not isinstance(value, str) or not value.strip():
        raise TemplateError(f"{where}: title must be text", key=(*key, "title"))
    if not _heading(value):
        raise TemplateError(
            f"{where}: title must be a heading of at most {_TITLE_WORDS} words on one line, without figures",
            key=(*key, "title"),
        )
    return value


def _heading(text: str) -> bool:
    """Whether a text can stand in a note without stating anything or speaking to the software."""
    plain = text == normalise(text) and bool(_TITLE.fullmatch(text)) and len(text.split()) <= _TITLE_WORDS
    return plain and not addresses_machine(text)


def _only(data: Mapping[str, Any], known: set[str], where: str, key: Key) -> None:
    unknown = sorted(str(entry) for entry in set(data) - known)
    if unknown:
        raise TemplateError(
            f"{where}: unknown entry {unknown[0]!r}; known are {', '.join(sorted(known))}", key=(*key, unknown[0])
        )
