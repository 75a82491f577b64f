"""``python -m bench.codes``: figures about codes, as JSON.

``report`` measures everything and writes ``docs/benchmarks/codes.md``; the others measure one part. ``terms``,
``traps`` and ``speed`` need nothing but the project; ``notes`` and ``codiesp`` read the public data of ``--data``.
``label`` helps a person to write labels; ``train`` fits the ranker's weights and writes them into the coder.
"""

import argparse
import json
import sys
from pathlib import Path

from app.settings import settings
from bench.codes import lookup, notes, report, speed, train
from bench.codes.data import LABELS, note_files, read_labels, read_notes
from nlp.icd10 import IcdCoder
from nlp.icd10.table import Table, load
from visit.notes import Division

ASSESSED = (Division.CHIEF_COMPLAINT, Division.ASSESSMENT, Division.PLAN)


def label(files: list[Path], labels: Path, cache: Path) -> dict[str, object]:
    """Show the assessment of each note that has no label yet and write down the codes that are typed."""
    table = load(cache)
    done = read_labels(labels) if labels.exists() else {}
    with labels.open("a", encoding="utf-8") as out:
        for name, note in (pair for path in files for pair in read_notes(path)):
            if name in done:
                continue
            print(f"\n=== {name}", file=sys.stderr)
            for s in note.sentences:
                if s.division in ASSESSED:
                    print("  ", s.text, file=sys.stderr)
            out.write(json.dumps({"id": name, "codes": _ask(table)}) + "\n")
            out.flush()
    return {"labelled": str(labels)}


def _ask(table: Table) -> list[str]:
    while True:
        codes = input("codes, best first> ").upper().split()
        wrong = [c for c in codes if not table.is_billable(c)]
        if not wrong:
            return codes
        print("not billable:", *wrong, file=sys.stderr)


def arguments() -> argparse.Namespace:
    """The command line."""
    models = settings().models_dir.expanduser()
    parser = argparse.ArgumentParser(prog="python -m bench.codes", description=__doc__)
    parser.add_argument("bench", choices=["report", "notes", "terms", "traps", "codiesp", "speed", "label", "train"])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of aci-bench and codiesp")
    parser.add_argument("--labels", type=Path, nargs="*", default=[LABELS / "first.jsonl", LABELS / "second.jsonl"])
    parser.add_argument("--size", type=int, default=300, help="how many inclusion terms")
    parser.add_argument("--examples", type=int, default=800, help="train: how many inclusion terms to learn from")
    parser.add_argument("--reports", type=int, default=60, help="how many CodiEsp reports")
    parser.add_argument("--embedder", type=Path, default=models / "minilm-l6-v2", help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--cache", type=Path, default=models / "icd10", help="where the index is")
    parser.add_argument("--machine", default="Machine not named", help="the machine's kind, for the page")
    return parser.parse_args()


def main() -> None:
    """Run one bench, or all, and print the figures."""
    args = arguments()
    embedder = args.embedder if args.embedder.is_dir() else None
    files = note_files(args.data)
    if args.bench == "report":
        found = report.gather(report.Inputs(args.data, args.cache, embedder, args.size, args.reports, args.machine))
        report.write(found)
    elif args.bench == "notes":
        found = notes.bench_notes(args.data, args.labels, args.cache, embedder)
    elif args.bench == "terms":
        found = lookup.bench_terms(args.cache, embedder, args.size)
    elif args.bench == "traps":
        found = speed.bench_traps(IcdCoder(args.cache, embedder))
    elif args.bench == "speed":
        found = speed.bench_speed(args.cache, embedder, [note for path in files for _, note in read_notes(path)])
    elif args.bench == "train":
        found = train.train(args.cache, embedder, args.examples, args.size)
    elif args.bench == "label":
        found = label(files, args.labels[0], args.cache)
    else:
        reports = args.data / "codiesp" / "dev.jsonl"
        if not reports.is_file():
            sys.exit(f"no codiesp/dev.jsonl under {args.data}: pass --data DIR")
        found = dict(lookup.bench_codiesp(IcdCoder(args.cache, embedder), reports, args.reports))
    print(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
