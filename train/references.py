"""The clauses of a reference note, each with the division of a note that it belongs to.

Which heading, line opening or section means which division is data: ``train/data/divisions.toml``.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from visit.notes import Division

Clause = tuple[str, Division]
_HEADING_LETTERS = 40
"""A longer line is no heading."""


def clauses(row: dict[str, Any], source: str) -> list[Clause]:
    """The clauses of the reference note of a row of ``source`` (``aci``, ``primock57`` or ``mts``), then the facts of
    its checklist that matter."""
    if source == "mts":
        return list(_of_section(row))
    made = _by_opening(row["note"]) if source == "primock57" else _by_heading(row["note"])
    return [*made, *_of_checklist(row)]


def units(text: str) -> list[str]:
    """The sentences of a text, each followed by its parts between commas, semicolons, "and" and "but"."""
    out = []
    for sentence in re.split(r"(?<=[.;!?])\s+|\n+", text):
        bare = sentence.strip(" \t•*->")
        parts = re.split(r"\s*(?:;|,|\bbut\b|\band\b)\s*(?!\d)", bare)
        out += [bare, *(part for part in parts if len(parts) > 1 and len(part.split()) > 1)]
    return [unit for unit in out if re.search(r"\w{3}", unit)]


def _of_section(row: dict[str, Any]) -> Iterator[Clause]:
    """The clauses of one section of MTS-Dialog."""
    fixed = _table()["sections"].get(row.get("section") or "")
    for unit in units(row["note"]):
        yield unit, Division(fixed) if fixed else _family_or_social(unit)


def _family_or_social(unit: str) -> Division:
    family = _table()["family"]
    kin = re.search(family["names"], unit, re.I) and not re.search(family["not"], unit, re.I)
    return Division.FAMILY if kin else Division.SOCIAL


def _by_heading(note: str) -> Iterator[Clause]:
    """The clauses of a note with headings on lines of their own."""
    division = Division.HISTORY.value
    for line in filter(None, map(str.strip, note.splitlines())):
        if len(line) < _HEADING_LETTERS and (line.isupper() or line.endswith(":")):
            division = _first(_table()["headings"], line.rstrip(":")) or division
            continue
        for unit in units(line):
            yield unit, _assessed_or_planned(line, unit) if division == "both" else Division(division)


def _assessed_or_planned(line: str, unit: str) -> Division:
    plan = _table()["plan"]
    assesses = re.search(plan["assesses"], line) and not re.search(plan["plans"], unit)
    return Division.ASSESSMENT if assesses else Division.PLAN


def _by_opening(note: str) -> Iterator[Clause]:
    """The clauses of a note whose lines open with what they are about."""
    division = Division.HISTORY.value
    for line in map(str.strip, note.splitlines()):
        division = _first(_table()["openings"], line) or division
        for unit in units(line):
            yield unit, Division(division)


def _of_checklist(row: dict[str, Any]) -> Iterator[Clause]:
    for fact in row.get("checklist") or ():
        if fact["importance"] != "irrelevant":
            division = _table()["checklist"].get(fact["section"], Division.HISTORY.value)
            yield f"{fact['parent'] or ''} {fact['fact']}".strip(), Division(division)


def _first(patterns: Sequence[tuple[str, str]], text: str) -> str | None:
    return next((division for pattern, division in patterns if re.search(pattern, text.lower())), None)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "divisions.toml").read_text(encoding="utf-8"))
