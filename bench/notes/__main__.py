"""Every figure of notes with one command.

    python -m bench.notes [--data DIR] [--drafts HELD_OUT.jsonl] [--split NAME ...] [--engines FILE] [--out DIR]

Rows: the draft by rule (``--drafts`` of ``bench.notes.folds``, made with weights that never saw the visit; without it
the shipped weights draft, and the row says so), the reference note, the transcript, the draft of another patient; and
those of ``bench.notes.engines`` when its ``engines.json`` is given. Then the time after stop and the memory against the
visit's length. OUT gets ``notes.json``, ``notes.md`` and ``after-stop.svg``.
"""

import argparse
import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.doors import draft_encounter
from bench.notes.data import DATA, rows
from bench.notes.latency import measure, plot
from bench.notes.score import score
from nlp.reader import ClinicalReader
from prompts.drafter import SegmentDrafter

SETS = ("aci", "primock57")
COLUMNS = ("rouge1", "rouge2", "rougeLsum", "critical", "non-critical", "length", "evidence", "turns_cited", "review")
Row = dict[str, Any]


def as_draft(text: str) -> Row:
    """A plain text as a draft of one section."""
    lines = [line for line in text.replace(". ", ".\n").splitlines() if line.strip()]
    return {"sections": {"note": text}, "sentences": [{"text": line, "evidence": []} for line in lines]}


def drafted(talks: Sequence[Row]) -> dict[str, Row]:
    """Drafts by rule with the shipped weights."""
    reader, drafter = ClinicalReader(), SegmentDrafter(None)
    return {
        talk["id"]: draft_encounter({"id": talk["id"], "turns": talk["turns"]}, reader, drafter, "soap")
        for talk in talks
    }


def compared(talks: Sequence[Row], drafts: Mapping[str, Row], name: str) -> dict[str, Mapping[str, Row]]:
    """The rows of the table: what each visit's text is, by kind of writer."""
    ids = [talk["id"] for talk in talks]
    return {
        name: drafts,
        "the reference note": {talk["id"]: as_draft(talk["note"]) for talk in talks},
        "the transcript": {talk["id"]: as_draft("\n".join(t["text"] for t in talk["turns"])) for talk in talks},
        "another patient's draft": {own: drafts[ids[(i + 1) % len(ids)]] for i, own in enumerate(ids)},
    }


def averaged(talks: Sequence[Row], texts: Mapping[str, Row]) -> dict[str, float]:
    """The mean of each column; length is all words of the drafts over all words of the references."""
    found = [score(texts[talk["id"]], talk) for talk in talks]
    means = {
        column: round(statistics.fmean(row[column] for row in found if column in row), 3)
        for column in COLUMNS
        if any(column in row for row in found)
    }
    words = [(len("\n".join(texts[t["id"]]["sections"].values()).split()), len(t["note"].split())) for t in talks]
    means["length"] = round(sum(a for a, _ in words) / sum(b for _, b in words), 3)
    verdicts = [s["verdict"] for t in talks for s in texts[t["id"]]["sentences"] if "verdict" in s]
    if verdicts:
        means["review"] = round(sum(v != "supported" for v in verdicts) / len(verdicts), 3)
    return means


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """A Markdown table of rows by columns."""
    lines = [f"| | {' | '.join(COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
    lines += [
        f"| {name} | {' | '.join(f'{row[c]:.3f}' if c in row else '' for c in COLUMNS)} |"
        for name, row in found.items()
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--drafts", type=Path, help="held-out drafts of bench.notes.folds")
    parser.add_argument("--split", nargs="+", help="visits of these splits only: train valid day1 day2 day3")
    parser.add_argument("--engines", type=Path, help="engines.json of bench.notes.engines")
    parser.add_argument("--out", type=Path, default=Path("out/bench/notes"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    result: Row = {"machine": platform.machine(), "sets": {}}
    parts = []
    for name in SETS:
        talks = [row for row in rows(args.data, name) if not args.split or row["split"] in args.split]
        if args.drafts:
            lines = args.drafts.read_text(encoding="utf-8").splitlines()
            drafts, who = {row["id"]: row for row in map(json.loads, lines)}, "rules, weights held out"
            talks = [talk for talk in talks if talk["id"] in drafts]
        else:
            drafts, who = drafted(talks), "rules, shipped weights (have seen these visits)"
        found = {kind: averaged(talks, texts) for kind, texts in compared(talks, drafts, who).items()}
        result["sets"][name] = {"visits": len(talks), "rows": found}
        parts.append(f"## {name}, {len(talks)} visits\n\n{table(found)}\n")
    if args.engines and args.engines.exists():
        result["engines"] = json.loads(args.engines.read_text(encoding="utf-8"))
    result["after_stop"] = measure()
    parts.append(
        "## After stop\n\n| minutes | turns | draft after stop, s | core seconds | slowest turn, core s | peak MB |\n"
        "|---|---|---|---|---|---|"
    )
    parts += [f"| {' | '.join(str(value) for value in row.values())} |" for row in result["after_stop"]]
    (args.out / "notes.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    (args.out / "notes.md").write_text("\n".join(parts) + "\n", encoding="utf-8")
    (args.out / "after-stop.svg").write_text(plot(result["after_stop"]), encoding="utf-8")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
