"""``python -m bench.codes report``: every figure about codes, as JSON and as ``docs/benchmarks/codes.md``.

Figures that need data which is not there are left out, and the page says so.
"""

import argparse
import json
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bench.codes.score import ratio

Figures = dict[str, Any]
Bench = Callable[[Namespace], Mapping[str, Any]]

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks" / "codes.md"
NOTES = ("aci-bench/train.jsonl", "aci-bench/valid.jsonl")


def gather(args: argparse.Namespace, benches: Mapping[str, Bench]) -> Figures:
    """Run what can be run."""
    found: Figures = {"date": date.today().isoformat(), "machine": args.machine}
    notes = [path for name in NOTES if (path := args.data / name).is_file()]
    plain = {**vars(args), "notes": notes, "ablations": True, "missed": False}
    for name, labels in (("first", args.labels), ("second", args.second)):
        if notes and labels is not None and labels.is_file():
            found[f"notes, {name} labels"] = benches["notes"](Namespace(**{**plain, "labels": labels}))
    if args.labels and args.second and args.labels.is_file() and args.second.is_file():
        found["agreement of the labels"] = agreement(args.labels, args.second)
    if args.drafts is not None and args.drafts.is_file() and args.labels is not None:
        drafts = {**plain, "notes": [args.drafts], "ablations": False}
        found["drafts"] = benches["notes"](Namespace(**drafts))
    reports = args.data / "codiesp" / "dev.jsonl"
    if reports.is_file():
        found["codiesp"] = benches["codiesp"](Namespace(**{**plain, "reports": [reports], "size": args.reports_size}))
    found["terms"] = benches["terms"](Namespace(**plain))
    found["traps"] = benches["traps"](Namespace(**plain))
    found["speed"] = benches["speed"](Namespace(**plain))
    return found


def agreement(first: Path, second: Path) -> dict[str, float]:
    """How far two people agree about the same notes: F1 of one's codes against the other's."""
    one, two = (
        {row["id"]: set(row["codes"]) for row in map(json.loads, path.read_text("utf-8").splitlines())}
        for path in (first, second)
    )
    both = one.keys() & two.keys()
    same = sum(len(one[name] & two[name]) for name in both)
    total = sum(len(one[name]) + len(two[name]) for name in both)
    alike = sum(one[name] == two[name] for name in both)
    return {"notes": len(both), "f1": ratio(2 * same, total), "identical": ratio(alike, len(both))}


def page(found: Figures) -> str:
    """The figures as Markdown."""
    parts = [
        "# Codes: what was measured\n",
        f"One command: `python -m bench.codes report`. {found['machine']}, {found['date']}.\n",
        _notes(found),
        _look_up(found),
        _rest(found),
        "## Gaps\n\n" + GAPS,
    ]
    return "\n".join(part for part in parts if part)


def _notes(found: Figures) -> str:
    rows = []
    for name in ("notes, first labels", "notes, second labels", "drafts"):
        for coder, f in found.get(name, {}).get("results", {}).items():
            rows.append(
                f"| {name} ({found[name]['notes']}) | {coder} | {f['f1']} | {f['precision']} | {f['recall']} | "
                f"{f['category_f1']} | {f['recall_in_five']} | {f['accepted_per_gold']} |"
            )
    if not rows:
        return "## Notes\n\nThe labelled notes were not there; nothing was measured on them.\n"
    both = found.get("agreement of the labels")
    said = (
        f"\nTwo labellers, each from the assessment and plan, agree at F1 {both['f1']} on {both['notes']} notes "
        f"({both['identical']} of the notes identical): more than that no coder can reach here.\n"
        if both
        else ""
    )
    head = "| notes | coder | exact F1 | precision | recall | category F1 | recall in five | accepted per gold |"
    return "\n".join(["## Notes\n", NOTES_SAY, said, head, "|---|---|---|---|---|---|---|---|", *rows, ""])


def _look_up(found: Figures) -> str:
    head = "| inclusion terms | rank 1 | in five | category at rank 1 |"
    rows = [
        f"| {name} | {f['rank_1']} | {f['in_five']} | {f['category_rank_1']} |"
        for name, f in found["terms"].items()
        if isinstance(f, dict)
    ]
    lines = [
        f"## Look-up\n\n{found['terms']['terms']} inclusion terms drawn by lot.\n",
        head,
        "|---|---|---|---|",
        *rows,
    ]
    if "codiesp" in found:
        c = found["codiesp"]
        lines.append(
            f"\nCodiEsp development reports, codes of conditions that the text names: recall {c['recall']}, "
            f"by category {c['category_recall']}."
        )
    return "\n".join([*lines, ""])


def _rest(found: Figures) -> str:
    speed, traps = found["speed"], found["traps"]
    return (
        "## Traps, speed, memory\n\n"
        f"- {traps['traps']} invented traps (denied, doubtful, past, a relative's): {len(traps['sprung'])} sprung, "
        f"{len(traps['right_code_missing'])} without the right code.\n"
        f"- A note: median {speed['median_ms']} ms, 95th percentile {speed['p95_ms']} ms by the clock; "
        f"{speed['median_cpu_ms']} and {speed['p95_cpu_ms']} ms of CPU time ({speed['notes']} notes). "
        f"Start {speed['open_s']} s; peak memory {speed['peak_memory_mb']} MB.\n"
    )


NOTES_SAY = """The visible ACI-Bench notes, labelled here from assessment and plan. The first labels were seen while the
coder was made, and the second labeller had seen where the coder differed from them; so figures on notes are a
ceiling, not a forecast. Expert labels were not seen. Drafts are our own,
written by rules from the conversations of some of the same visits."""

GAPS = """- **Held-out inclusion terms** stay far below the target of .80. Many share no word with the rest of their
  code, and the main alphabetic index, which lists them, is in no package that was found.
- There is **no trained ranker**: candidates are ordered by the words they share and by the rules.
- **Drafts** lose codes where the draft leaves a problem out of assessment and plan, or words it without its name.
- External causes, neoplasm behaviour and stage, and age-dependent codes are covered only as far as titles go.
- Two labellers are not two certified coders; no case was adjudicated.
"""


def write(found: Figures, path: Path = PAGE) -> None:
    """Write the page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(found), encoding="utf-8")
