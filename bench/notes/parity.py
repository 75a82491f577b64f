"""Does our matcher of facts agree with the outside scorer's?

    python -m bench.notes.parity DRAFTS.jsonl --tools FOLDER [--data DIR] [--python PYTHON] [--json FILE]

FOLDER holds the outside ``score_note.py``, which is not part of this project; PYTHON has what it needs. It is run on
the drafts and says of every checklist fact whether it was found; so does :mod:`bench.notes.facts`. Told are the recalls
of both and the share of facts on which they agree.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.notes.data import DATA, rows
from bench.notes.facts import Fact, match
from bench.notes.score import embedder, text_of

KINDS = {"critical": "critical", "noncritical": "non-critical"}


def outside(drafts: Path, tools: Path, python: str) -> list[dict[str, Any]]:
    """What the outside scorer says of the drafts, a row a visit with its ``facts``."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [python, "score_note.py", str(drafts.resolve()), "--no-support", "--out", str(told)]
        subprocess.run(command, cwd=tools, check=True, stdout=subprocess.DEVNULL)
        details: list[dict[str, Any]] = json.loads(told.read_text(encoding="utf-8"))["draft"]
    return details


def compare(drafts: Path, told: list[dict[str, Any]], talks: dict[str, Any]) -> dict[str, Any]:
    """Both recalls by kind of fact, and how often the two agree on found and on opposed."""
    made = {row["id"]: row for row in map(json.loads, drafts.read_text(encoding="utf-8").splitlines())}
    vectors, both = embedder(), []
    for visit in told:
        facts = [fact for fact in visit["facts"] if fact["column"] in KINDS]
        if facts and visit["id"] in talks:
            asked = [Fact(fact["text"], fact["parent"] or "") for fact in facts]
            both += list(zip(facts, match(asked, text_of(made[visit["id"]]), vectors), strict=True))
    out: dict[str, Any] = {"facts": len(both)}
    for theirs, name in KINDS.items():
        mine = [(fact["hit"], ours.found) for fact, ours in both if fact["column"] == theirs]
        out[name] = {
            "outside": round(sum(a for a, _ in mine) / max(1, len(mine)), 4),
            "ours": round(sum(b for _, b in mine) / max(1, len(mine)), 4),
        }
    total = max(1, len(both))
    out["agree_on_found"] = round(sum(fact["hit"] == ours.found for fact, ours in both) / total, 4)
    out["agree_on_opposed"] = round(sum(bool(fact["flipped"]) == ours.opposed for fact, ours in both) / total, 4)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drafts", type=Path)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    talks = {row["id"]: row for row in rows(args.data, "primock57") if row.get("checklist")}
    found = compare(args.drafts, outside(args.drafts, args.tools, args.python), talks)
    print(json.dumps(found, indent=1))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
