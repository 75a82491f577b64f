"""Note formats as TOML files: text to data, the line of a key, and data back to text."""

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from prompts.errors import TemplateError

Key = tuple[str | int, ...]
"""A place in a format: ``("sections", 2, "title")`` is the title of the second section."""

_LARGEST: Final = 20_000
_DEEPEST: Final = 50
"""Dots in a key; reading thousands takes seconds."""

_SECTION: Final = re.compile(r"\s*\[\[\s*(\w+)\s*\]\]")
_TABLE: Final = re.compile(r"\s*\[\s*(\w+)\s*\]")
_ENTRY: Final = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")
_LINE: Final = re.compile(r"at line (\d+)")


def data_of(text: str, where: str = "template") -> dict[str, Any]:
    """The data of TOML text; :class:`TemplateError` names the line that is not TOML."""
    if len(text) > _LARGEST:
        raise TemplateError(f"{where} is longer than {_LARGEST} characters")
    if any(line.partition("=")[0].count(".") > _DEEPEST for line in text.splitlines()):
        raise TemplateError(f"{where} is nested too deeply")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TemplateError(f"{where} is nested too deeply") from None
    except ValueError as error:  # also a number too long for Python to read
        found = _LINE.search(str(error))
        raise TemplateError(
            f"{where} cannot be read as TOML: {error}", line=int(found[1]) if found else None
        ) from error


def line_of(text: str, key: Key) -> int | None:
    """The line, from 1, that holds a key, else the line of what it stands in; ``None`` when that is the whole file."""
    best, line = 0, None
    table: Key = ()
    place: Key
    sections = 0
    for number, content in enumerate(text.splitlines(), 1):
        if match := _SECTION.match(content):
            sections += 1
            place = (match[1], sections)
            table = place
        elif match := _TABLE.match(content):
            place = (match[1],)
            table = place
        elif match := _ENTRY.match(content):
            place = (*table, match[1])
        else:
            continue
        if len(place) > best and key[: len(place)] == place:
            best, line = len(place), number
    return line


def text_of(data: Mapping[str, Any]) -> str:
    """A format as TOML text: plain entries first, then the style, then each section."""
    lines = [_entry(name, value) for name, value in data.items() if name not in ("style", "sections")]
    lines += ["", "[style]", *(_entry(name, value) for name, value in data.get("style", {}).items())]
    for section in data["sections"]:
        lines += ["", "[[sections]]", *(_entry(name, value) for name, value in section.items())]
    return "\n".join(lines) + "\n"


def _entry(name: str, value: object) -> str:
    # The strings, lists, whole numbers and booleans of a format are written the same way in JSON and in TOML.
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"
