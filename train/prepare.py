"""Make the files that training and benches read from the public data sets as they are published.

    python -m train.prepare --aci TRAIN VALID --mts TRAIN VALID --primock57 ENCOUNTERS [CHECKLISTS] --out DIR

Tables are CSV or JSON lines with the columns of the publishers: ACI-Bench ``dataset, encounter_id, dialogue, note``
(turns begin with ``[doctor]`` or ``[patient]``), MTS-Dialog ``ID, section_header, section_text, dialogue`` (turns begin
with ``Doctor:``, ``Patient:`` or another name and a colon). PriMock57 has no table of its own: JSON lines
``{"id", "turns": [{"speaker", "text"}], "note"}`` from its transcripts and notes, and clinicians' checklists
``{"id", "facts"}``. DIR gets ``aci.jsonl``, ``mts.jsonl``, ``primock57.jsonl`` and ``inputs.jsonl`` (what a product may
see). Any set may be left out.
"""

import argparse
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
_SPLITS = ("train", "valid")
_TAGGED = re.compile(r"^\[(?P<speaker>\w+)\]\s*(?P<text>.*)$")
_NAMED = re.compile(r"^(?P<speaker>[A-Z][\w ]{0,30}):\s*(?P<text>.*)$")
_TRANSCRIBER = re.compile(r"</?[A-Z_]+/?>")


def table(path: Path) -> list[Row]:
    """The rows of a CSV or JSON-lines file."""
    with path.open(encoding="utf-8", newline="") as lines:
        if path.suffix == ".csv":
            return list(csv.DictReader(lines))
        return [json.loads(line) for line in lines if line.strip()]


def turns(dialogue: str, head: re.Pattern[str]) -> list[Row]:
    """The turns of a dialogue written as lines; a line without a speaker goes on with the one before."""
    out: list[Row] = []
    for line in filter(None, (line.strip() for line in dialogue.splitlines())):
        match = head.match(line)
        if match:
            out.append({"speaker": match["speaker"].lower(), "text": match["text"].strip()})
        elif out:
            out[-1]["text"] = f"{out[-1]['text']} {line}".strip()
    return [turn for turn in out if turn["text"]]


def aci(path: Path, split: str) -> Iterator[Row]:
    """The visits of one file of ACI-Bench."""
    for row in table(path):
        said = turns(row["dialogue"], _TAGGED)
        yield {"id": row["encounter_id"], "source": row["dataset"], "split": split, "turns": said, "note": row["note"]}


def mts(path: Path, split: str) -> Iterator[Row]:
    """The short dialogues of one file of MTS-Dialog."""
    for row in table(path):
        about = {"id": f"mts-{split}-{row['ID']}", "source": "mts-dialog", "split": split}
        said = turns(row["dialogue"], _NAMED)
        yield {**about, "section": row["section_header"], "turns": said, "note": row["section_text"]}


def primock57(encounters: Path, checklists: Path | None) -> Iterator[Row]:
    """The consultations of PriMock57; the first clinician's checklist, where there is one."""
    facts: dict[str, list[Row]] = {}
    for row in table(checklists) if checklists else ():
        listed = [{**f, "parent": f["parent"] and f["parent"].split(" > ")[-1]} for f in row["facts"]]
        facts.setdefault(row["id"], listed)
    for row in table(encounters):
        said = [{**turn, "text": plain(turn["text"])} for turn in row["turns"]]
        made = {"id": row["id"], "source": "primock57", "split": row["id"].split("_")[0], "note": row["note"]}
        made["turns"] = [turn for turn in said if turn["text"]]
        yield made | ({"checklist": facts[row["id"]]} if row["id"] in facts else {})


def plain(text: str) -> str:
    """A turn without the transcriber's tags."""
    return re.sub(r"\s+(?=[.,?!])", "", " ".join(_TRANSCRIBER.sub(" ", text).split()))


def write(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    print(f"{path.name}: {len(rows)} dialogues")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--aci", type=Path, nargs=2, metavar=("TRAIN", "VALID"))
    parser.add_argument("--mts", type=Path, nargs=2, metavar=("TRAIN", "VALID"))
    parser.add_argument("--primock57", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    made: dict[str, list[Row]] = {}
    if args.aci:
        made["aci"] = [row for path, split in zip(args.aci, _SPLITS, strict=True) for row in aci(path, split)]
    if args.primock57:
        made["primock57"] = list(primock57(args.primock57[0], args.primock57[1] if len(args.primock57) > 1 else None))
    if args.mts:
        made["mts"] = [row for path, split in zip(args.mts, _SPLITS, strict=True) for row in mts(path, split)]
    for name, rows in made.items():
        write(args.out / f"{name}.jsonl", rows)
    seen = [{"id": row["id"], "turns": row["turns"]} for rows in made.values() for row in rows]
    write(args.out / "inputs.jsonl", seen)


if __name__ == "__main__":
    main()
