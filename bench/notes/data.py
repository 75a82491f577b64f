"""The visible visits as a bench reads them: inputs, reference notes, clinicians' labels."""

import json
import sys
from pathlib import Path
from typing import Any

from nlp.reader import ClinicalReader
from visit.charts import Chart
from visit.findings import Finding
from visit.notes import Segment
from visit.turns import Speaker, Turn

DATA = Path("../shared/tools/data/dev")
_SPEAKERS = {"doctor": Speaker.CLINICIAN, "clinician": Speaker.CLINICIAN, "patient": Speaker.PATIENT}


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of ``name``.jsonl; ends the bench with a plain message when the data is not there."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        sys.exit(f"no {name}.jsonl in the data folder: pass --data DIR (see docs/benchmarks/notes.md)")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def turns_of(row: dict[str, Any]) -> tuple[Turn, ...]:
    """The turns of one visit."""
    return tuple(
        Turn(i, _SPEAKERS.get(t["speaker"].lower(), Speaker.OTHER), t["text"]) for i, t in enumerate(row["turns"])
    )


def understood(reader: ClinicalReader, turns: tuple[Turn, ...]) -> tuple[tuple[Finding, ...], tuple[Segment, ...]]:
    """The findings and segments of a whole visit."""
    reading = reader.open(Chart())
    for turn in turns:
        reading.read(turn)
    reading.finish()
    return reading.findings(), reading.segments()
