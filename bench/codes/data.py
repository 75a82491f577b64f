"""What the benches read: notes, labels, and drafts that are made here of the notes' visits."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from nlp.icd10 import note_from_sections, note_from_text
from visit.findings import Finding
from visit.notes import Note

LABELS = Path(__file__).parent / "labels"
NOTES = ("aci-bench/train.jsonl", "aci-bench/valid.jsonl")
_TURN = re.compile(r"\[(doctor|patient)\]")


def say(what: str) -> None:
    """Progress, on standard error."""
    print(what, file=sys.stderr, flush=True)


def read_notes(path: Path) -> Iterator[tuple[str, Note]]:
    """``{"id", "text" | "note" | "sections"}`` a line; ACI-Bench's ``encounter_id`` is an id too."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        name = str(row.get("id") or row.get("encounter_id"))
        if "sections" in row:
            yield name, note_from_sections(row["sections"])
        else:
            yield name, note_from_text(row.get("text") or row["note"])


def read_labels(path: Path) -> dict[str, list[str]]:
    """``{"id", "codes"}`` a line."""
    return {row["id"]: row["codes"] for row in map(json.loads, path.read_text("utf-8").splitlines())}


def note_files(folder: Path) -> list[Path]:
    """The files of notes that are there."""
    return [path for name in NOTES if (path := folder / name).is_file()]


Drafted = tuple[Note, tuple[Finding, ...]]


def draft_notes(files: Sequence[Path], wanted: Mapping[str, object]) -> Iterator[tuple[str, Drafted]]:
    """Our own draft, by rules, of each wanted visit's conversation, and what was found in it."""
    from app.doors import draft_encounter
    from nlp.reader import ClinicalReader
    from prompts.drafter import SegmentDrafter

    reader, drafter = ClinicalReader(), SegmentDrafter(None)
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    for row in rows:
        if row["encounter_id"] in wanted:
            visit = {"id": row["encounter_id"], "turns": turns_of(row["dialogue"])}
            made = draft_encounter(visit, reader, drafter, "soap")
            findings = TypeAdapter(tuple[Finding, ...]).validate_python(made["findings"])
            yield row["encounter_id"], (note_from_sections(made["sections"]), findings)


def turns_of(dialogue: str) -> list[dict[str, str]]:
    """A dialogue with ``[doctor]`` and ``[patient]`` before each turn."""
    _, *parts = _TURN.split(dialogue)
    return [
        {"speaker": speaker, "text": text.strip()}
        for speaker, text in zip(parts[::2], parts[1::2], strict=True)
        if text.strip()
    ]
