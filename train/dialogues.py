"""Dialogues with reference notes, read the way the product reads a visit."""

import hashlib
import json
from pathlib import Path

from nlp.reader import ClinicalReader
from visit.charts import Chart
from visit.findings import Finding
from visit.notes import Segment
from visit.turns import Speaker, Turn

SOURCES = ("aci", "primock57", "mts")
HELD_OUT = ("valid", "day3")
"""Splits that no training sees."""
_READER = ClinicalReader()
_SPEAKERS = {"doctor": Speaker.CLINICIAN, "patient": Speaker.PATIENT}


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def speaker(label: str) -> Speaker:
    clinical = "clin" in label or "doc" in label
    return _SPEAKERS.get(label, Speaker.CLINICIAN if clinical else Speaker.OTHER)


def turns_of(row: dict) -> tuple[Turn, ...]:
    return tuple(Turn(i, speaker(t["speaker"]), t["text"]) for i, t in enumerate(row["turns"]))


def understood(turns: tuple[Turn, ...]) -> tuple[tuple[Finding, ...], tuple[Segment, ...]]:
    """The findings and segments of a visit."""
    reading = _READER.open(Chart())
    for turn in turns:
        reading.read(turn)
    reading.finish()
    return reading.findings(), reading.segments()
