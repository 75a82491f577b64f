"""Every figure of notes with one command.

    python -m bench.notes [--data DIR] [--parts folds notes engines gate after-stop reading] [--docs] [--out DIR]

``folds`` drafts every visit by weights that never saw it; ``notes`` scores those drafts beside the reference note, the
transcript and another patient's draft; ``engines`` compares the writers on a few held-out visits; ``gate`` mutates
statements; ``after-stop`` times the draft and its memory against the visit's length; ``reading`` times a turn. OUT gets
``PART.json`` and ``PART.md``, and what is drafted; what is there already is not drafted again, so a run that was cut
off goes on, and after a change of the rules OUT must be deleted. ``--docs`` puts the tables into
``docs/benchmarks/notes.md`` (that of ``reading`` into ``docs/understanding.md``).
"""

import argparse
import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from bench.listening.report import machine
from bench.notes import engines, folds, gate, latency, reading
from bench.notes.data import DATA, Row, rows
from bench.notes.score import COLUMNS, Scorer, as_draft, embedder, visits
from train.vectors import Vectors

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks" / "notes.md"
PAGES = {"reading": PAGE.parents[1] / "understanding.md"}
PLOT = PAGE.parents[1] / "images" / "after-stop.svg"
NAMES = {"aci": "ACI-Bench", "primock57": "PriMock57"}
COSTS = ("worded", "core_s", "slowest_s", "peak_mb")
WRITERS = {
    "rules": "rules", "plain": "model without adapter, rules where it fails",
    "adapted": "model with adapter, rules where it fails", "alone": "what the adapted model worded, alone",
    "whole": "whole transcript in one prompt to the same model",
}  # fmt: skip
Table = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Options:
    """What is measured, and where the results go."""

    data: Path
    out: Path
    visits: int
    limit: int
    after_stop: Sequence[latency.Engine]


def make_folds(options: Options) -> tuple[Any, str]:
    """The held-out drafts; they have no table of their own."""
    return {"drafts": len(folds.held_out(options.data, options.out / "folds"))}, ""


def notes(options: Options) -> tuple[Any, str]:
    """A table a set: the held-out drafts by rule beside what bounds them."""
    drafts = {row["id"]: row for row in rows(options.out / "folds", "held-out")}
    found, parts = {}, []
    for name, talks in _parts_of(visits(options.data)).items():
        mine = {talk["id"]: drafts[talk["id"]] for talk in talks}
        table = {"rules, weights held out": Scorer(talks, _vectors(options.out)).table(mine)}
        table |= beside(talks, mine, options)
        found[name] = {"visits": len(talks), "rows": table}
        parts.append(f"{name}, {len(talks)} visits\n\n{markdown(table, COLUMNS)}")
    return found, "\n\n".join(parts)


def beside(talks: Sequence[Row], drafts: Mapping[str, Row], options: Options) -> Table:
    """What bounds a draft: the reference note itself, the transcript copied, the draft of another patient."""
    ids, scorer = [talk["id"] for talk in talks], Scorer(talks, _vectors(options.out))
    others = {own: drafts[ids[(i + 1) % len(ids)]] for i, own in enumerate(ids)}
    for_reading = {own: {**draft, "sentences": [{"text": s["text"]} for s in draft["sentences"]]}
                   for own, draft in others.items()}  # fmt: skip
    copied = {talk["id"]: as_draft("\n".join(turn["text"] for turn in talk["turns"])) for talk in talks}
    found = {
        "the reference note": scorer.table({talk["id"]: as_draft(talk["note"]) for talk in talks}),
        "the transcript": scorer.table(copied, judge=False),
    }
    return found | ({"another patient's draft": scorer.table(for_reading)} if len(ids) > 1 else {})


def compare(options: Options) -> tuple[Any, str]:
    """A table a set: every engine on the same held-out visits, beside what bounds them."""
    out = options.out / "engines"
    engines.measure(engines.Options(options.data, out, options.visits, folds=options.out / "folds"))
    made = {row: rows(out, row) for row in engines.ROWS}
    found, parts = {}, []
    for name, talks in engines.visits(options.data, options.visits).items():
        ids, scorer = [talk["id"] for talk in talks], Scorer(talks, _vectors(options.out))
        mine = {row: {d["id"]: d for d in drafts if d["id"] in ids} for row, drafts in made.items()}
        table = {
            WRITERS[row]: scorer.table(drafts) | engines.costs(out, row, made[row], ids) for row, drafts in mine.items()
        }
        table |= beside(talks, mine["rules"], options)
        found[name] = {"visits": len(talks), "rows": table}
        parts.append(f"{NAMES[name]}, {len(talks)} visits\n\n{markdown(table, (*COLUMNS, *COSTS))}")
    return found, "\n\n".join(parts)


def mutate(options: Options) -> tuple[Any, str]:
    """The gate on mutants and labelled statements."""
    found = gate.measure(options.data, options.limit)
    return found, gate.table(found)


def read(options: Options) -> tuple[Any, str]:
    """How long a turn takes to be understood."""
    found = reading.measure(options.data, visits=10)
    return found, reading.table(found)


def stop(options: Options) -> tuple[Any, str]:
    """Time after stop and memory against length; the plot lies in OUT."""
    found = [row for engine in options.after_stop for row in latency.measure(options.data, engine)]
    (options.out / "after-stop.svg").write_text(latency.plot(found), encoding="utf-8")
    return found, latency.table(found)


PARTS: Mapping[str, Callable[[Options], tuple[Any, str]]] = {
    "folds": make_folds, "notes": notes, "engines": compare, "gate": mutate, "after-stop": stop, "reading": read,
}  # fmt: skip


def _parts_of(sets: Mapping[str, Sequence[Row]]) -> dict[str, Sequence[Row]]:
    """The visits in the groups of the tables: each set, and ACI-Bench's validation split by itself."""
    valid = [row for row in sets["aci"] if row["split"] == engines.HELD_OUT["aci"]]
    return {"ACI-Bench valid": valid, "ACI-Bench all": sets["aci"], "PriMock57": sets["primock57"]}


@cache
def _vectors(out: Path) -> Vectors:
    return embedder(out / "units.npz")


def markdown(table: Mapping[str, Mapping[str, float]], columns: Sequence[str]) -> str:
    """Rows by columns; columns that no row has are left out."""
    shown = [column for column in columns if any(column in row for row in table.values())]
    lines = [f"| | {' | '.join(name.replace('_', ' ') for name in shown)} |", "|---" * (len(shown) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(_cell(row.get(c)) for c in shown)} |" for name, row in table.items()]
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.3f}".replace("0.", ".", 1) if 0 <= value < 1 else f"{value:g}"


def document(page: Path, name: str, text: str, command: str) -> None:
    """Put ``text`` between ``<!-- bench:name -->`` and ``<!-- /bench:name -->`` of a page, under date and machine."""
    opening, closing = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    before, rest = page.read_text(encoding="utf-8").split(opening, 1)
    after = rest.split(closing, 1)[1]
    stamp = f"{date.today().isoformat()}, {machine()}; `{command}`"
    page.write_text(f"{before}{opening}\n{stamp}\n\n{text}\n{closing}{after}", encoding="utf-8")


def command(options: Options, part: str) -> str:
    """The command that makes one part again; folders are the reader's own."""
    words = ["python", "-m", "bench.notes", "--parts", *(["folds"] if part in ("notes", "engines") else []), part]
    if part == "engines":
        words += ["--visits", str(options.visits)]
    if part == "gate":
        words += ["--limit", str(options.limit)]
    if part == "after-stop":
        words += ["--after-stop", *options.after_stop]
    return shlex.join(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--parts", nargs="+", choices=tuple(PARTS), default=list(PARTS))
    parser.add_argument("--visits", type=int, default=5, help="of each held-out set, for the engines")
    parser.add_argument("--limit", type=int, default=12, help="visits of each set whose statements are mutated")
    parser.add_argument("--after-stop", nargs="+", choices=("rules", "local", "openai"), default=["rules", "local"])
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/benchmarks/notes.md")
    parser.add_argument("--out", type=Path, default=Path("out/bench/notes"))
    args = parser.parse_args()
    options = Options(args.data, args.out, args.visits, args.limit, args.after_stop)
    args.out.mkdir(parents=True, exist_ok=True)
    for part in (part for part in PARTS if part in args.parts):
        found, text = PARTS[part](options)
        _vectors(args.out).keep()
        whole = {"machine": machine(), "date": date.today().isoformat(), "found": found}
        (args.out / f"{part}.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
        (args.out / f"{part}.md").write_text(text + "\n", encoding="utf-8")
        print(text)
        if args.docs and text:
            document(PAGES.get(part, PAGE), part, text, command(options, part))
        if args.docs and part == "after-stop":
            PLOT.write_text((args.out / "after-stop.svg").read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main()
