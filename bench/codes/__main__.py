"""``python -m bench.codes``: one command for every figure about codes, as JSON.

``notes`` and ``codiesp`` read data that is given to them; ``terms``, ``traps`` and ``speed`` need nothing but the
project. ``label`` helps a person to write the labels that ``notes`` reads.
"""

import argparse
import csv
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from app.settings import settings
from bench.codes import report
from bench.codes.score import Tally, ratio
from nlp.icd10 import IcdCoder, note_from_sections, note_from_text
from nlp.icd10.lexicon import Lexicon, lexicon
from nlp.icd10.retrieve import Retriever, official_terms
from nlp.icd10.search import TermIndex
from nlp.icd10.table import Table, load
from visit.notes import Division, Note

SEED = 7


class Unruled(IcdCoder):
    """The coder with every code found for a certain problem, and none of the guidelines' rules."""

    def _apply_rules(self, accepted):  # type: ignore[no-untyped-def]
        return accepted, [], {}


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


def bench_notes(args: argparse.Namespace) -> dict[str, object]:
    """Notes against labels, whole and with a part left out."""
    labels = read_labels(args.labels)
    notes = [(name, note) for path in args.notes for name, note in read_notes(path) if name in labels]
    table = load(args.cache)
    known = lexicon()
    lexical = Retriever.open(table, args.cache)
    bare = Lexicon(known.normaliser, (), known.digest)
    coders: dict[str, IcdCoder] = {"lexical": IcdCoder.of(table, lexical)}
    if args.embedder is not None:
        coders = {"fused": IcdCoder(args.cache, args.embedder), **coders}
    if args.ablations:
        coders["without synonyms"] = IcdCoder.of(
            table, Retriever(table, TermIndex(official_terms(table), known.normaliser), bare)
        )
        coders["without rules"] = Unruled.of(table, lexical)
    results: dict[str, object] = {}
    for name, coder in coders.items():
        tally = Tally()
        for note_id, note in notes:
            found = coder.suggest(note)
            invalid = sum(not table.is_billable(s.code) for s in found)
            tally.add(note_id, found, labels[note_id], invalid=invalid)
        results[name] = tally.figures()
        if args.missed and name == next(iter(coders)):
            for missed in tally.missed:
                print(*missed, file=sys.stderr)
    return {"notes": len(notes), "results": results}


def bench_terms(args: argparse.Namespace) -> dict[str, object]:
    """Inclusion terms drawn by lot, taken out of the index, and looked up."""
    table = load(args.cache)
    known = lexicon()
    terms = official_terms(table)
    inclusion = [t for t in terms if t.source == "inclusion" and t.code[0] not in "VWXY"]
    held = random.Random(SEED).sample(inclusion, args.size)  # noqa: S311
    gone = {(t.code, t.text) for t in held}
    kept = [t for t in terms if (t.code, t.text) not in gone]
    plain = [t for t in kept if t.source != "cross-reference"]
    whole = Retriever(table, TermIndex(terms, known.normaliser), known)
    return {
        "terms": len(held),
        "held out": _look_up(table, Retriever(table, TermIndex(kept, known.normaliser), known), held),
        **_by_meaning(args, table, TermIndex(kept, known.normaliser), held),
        "held out, cross-references too": _look_up(
            table, Retriever(table, TermIndex(plain, known.normaliser), known), held
        ),
        "in the index": _look_up(table, whole, held),
    }


def _by_meaning(args: argparse.Namespace, table: Table, index: TermIndex, held: list) -> dict[str, object]:  # type: ignore[type-arg]
    """The same with titles near in meaning, when the model is there."""
    if args.embedder is None:
        return {}
    from nlp.icd10.embed import open_nearest

    nearest = open_nearest(table, args.cache, args.embedder)
    return {"held out, meaning too": _look_up(table, Retriever(table, index, lexicon(), nearest), held)}


def _look_up(table: Table, retriever: Retriever, held: list) -> dict[str, float]:  # type: ignore[type-arg]
    first = five = category = 0
    for term in held:
        found = [c.code for c in retriever.candidates(term.text, None, 5)]
        under = [any(n.code == term.code for n in table.ancestors(c)) for c in found]
        first += bool(under) and under[0]
        five += any(under)
        category += bool(found) and found[0][:3] == term.code[:3]
    size = len(held)
    return {"rank_1": ratio(first, size), "in_five": ratio(five, size), "category_rank_1": ratio(category, size)}


def bench_traps(args: argparse.Namespace) -> dict[str, object]:
    """Invented notes whose denied, doubtful, past and family mentions must not be coded as present."""
    coder = IcdCoder(args.cache)
    text = resources.files("bench.codes").joinpath("traps.tsv").read_text("utf-8")
    broken, missing, total = [], [], 0
    for kind, note, wanted, forbidden in csv.reader(text.splitlines()[1:], delimiter="\t"):
        total += 1
        codes = [s.code for s in coder.suggest(note_from_text(note.replace("\\n", "\n"))) if s.accepted_tier]
        if any(c.startswith(tuple(forbidden.split())) for c in codes):
            broken.append({"kind": kind, "note": note, "codes": codes})
        if not set(wanted.split()) <= set(codes):
            missing.append({"kind": kind, "note": note, "wanted": wanted, "codes": codes})
    return {"traps": total, "sprung": broken, "right_code_missing": missing}


def bench_codiesp(args: argparse.Namespace) -> dict[str, object]:
    """Case reports (CodiEsp, English): how many of a report's codes are among its sentences' best matches.

    The reports have no assessment to read, so this measures retrieval alone.
    """
    coder = IcdCoder(args.cache, args.embedder)
    exact = category = gold = category_gold = 0
    for path in args.reports:
        for line in path.read_text("utf-8").splitlines()[: args.size]:
            row = json.loads(line)
            note = note_from_text("ASSESSMENT\n" + row["text"])
            found = {s.code for s in coder.named(note)}
            codes = {c.upper() for c in row["codes"]}
            exact += len(codes & found)
            gold += len(codes)
            category += len({c[:3] for c in codes} & {c[:3] for c in found})
            category_gold += len({c[:3] for c in codes})
    return {"recall": ratio(exact, gold), "category_recall": ratio(category, category_gold)}


def bench_speed(args: argparse.Namespace) -> dict[str, object]:
    """Start, one note after another, memory."""
    start = time.perf_counter()
    coder = IcdCoder(args.cache, args.embedder)
    opened = time.perf_counter() - start
    text = resources.files("bench.codes").joinpath("traps.tsv").read_text("utf-8")
    notes = [note_from_text(row[1].replace("\\n", "\n")) for row in csv.reader(text.splitlines()[1:], delimiter="\t")]
    if args.notes:
        notes = [note for path in args.notes for _, note in read_notes(path)]
    for note in notes[:3]:
        coder.suggest(note)
    taken, worked = [], []
    for note in notes:
        start, cpu = time.perf_counter(), time.process_time()
        coder.suggest(note)
        taken.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - cpu))
    return {
        "open_s": round(opened, 2),
        "notes": len(notes),
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "median_cpu_ms": round(statistics.median(worked), 1),
        "p95_cpu_ms": round(statistics.quantiles(worked, n=20)[-1], 1),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def label(args: argparse.Namespace) -> dict[str, object]:
    """Show the assessment of each note that has no label yet and write down the codes that are typed."""
    table = load(args.cache)
    done = read_labels(args.labels) if args.labels.exists() else {}
    with args.labels.open("a", encoding="utf-8") as out:
        for path in args.notes:
            for name, note in read_notes(path):
                if name in done:
                    continue
                print(f"\n=== {name}", file=sys.stderr)
                for s in note.sentences:
                    if s.division in (Division.CHIEF_COMPLAINT, Division.ASSESSMENT, Division.PLAN):
                        print("  ", s.text, file=sys.stderr)
                codes = _ask(table)
                out.write(json.dumps({"id": name, "codes": codes}) + "\n")
                out.flush()
    return {"labelled": str(args.labels)}


def _ask(table: Table) -> list[str]:
    while True:
        codes = input("codes, best first> ").upper().split()
        wrong = [c for c in codes if not table.is_billable(c)]
        if not wrong:
            return codes
        print("not billable:", *wrong, file=sys.stderr)


def main() -> None:
    """Run one bench and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.codes", description=__doc__)
    parser.add_argument("bench", choices=["notes", "terms", "traps", "codiesp", "speed", "label", "report"])
    parser.add_argument("--notes", type=Path, nargs="*", default=[], help="JSONL of notes")
    parser.add_argument("--labels", type=Path, help="JSONL of {id, codes}")
    parser.add_argument("--reports", type=Path, nargs="*", default=[], help="JSONL of {text, codes}")
    parser.add_argument("--size", type=int, default=1000, help="how many terms or reports")
    parser.add_argument("--embedder", type=Path, help="folder of all-MiniLM-L6-v2; lexical only without it")
    parser.add_argument("--cache", type=Path, default=settings().models_dir / "icd10", help="where the index is")
    parser.add_argument("--ablations", action="store_true", help="notes: again without synonyms, without rules")
    parser.add_argument("--missed", action="store_true", help="notes: list what differs, on standard error")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="report: where the data sets are")
    parser.add_argument("--second", type=Path, help="report: labels of a second person")
    parser.add_argument("--drafts", type=Path, help="report: our drafts of the notes' visits, as sidenote draft writes")
    parser.add_argument("--reports-size", type=int, default=40, help="report: how many CodiEsp reports")
    parser.add_argument("--machine", default="Machine not named", help="report: the machine's kind, for the page")
    args = parser.parse_args()
    benches = {
        "notes": bench_notes,
        "terms": bench_terms,
        "traps": bench_traps,
        "codiesp": bench_codiesp,
        "speed": bench_speed,
        "label": label,
    }
    if args.bench == "report":
        found = report.gather(args, benches)
        report.write(found)
    else:
        found = benches[args.bench](args)
    print(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
