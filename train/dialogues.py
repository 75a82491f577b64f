"""Dialogues with reference notes, read the way the product reads a visit; training and benches both use it."""

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app.doors import read_visit, turns_from
from nlp.reader import ClinicalReader
from visit.findings import Finding
from visit.notes import Segment
from visit.turns import Turn

SOURCES = ("aci", "primock57", "mts")
HELD_OUT = ("valid", "day3")
"""Splits that the adapter's training does not see."""


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def turns_of(row: dict[str, Any]) -> tuple[Turn, ...]:
    """The turns of one dialogue."""
    return turns_from(row["turns"])


@cache
def reader() -> ClinicalReader:
    """The product's reader, loaded once."""
    return ClinicalReader()


def understood(turns: Sequence[Turn]) -> tuple[tuple[Finding, ...], tuple[Segment, ...]]:
    """The findings and segments of a whole visit."""
    reading = read_visit(reader(), turns)
    return reading.findings(), reading.segments()
