"""How long a draft takes after stop, and how much memory, against the length of the visit.

    python -m bench.notes.latency [--data DIR] [--engine rules local openai] [--json FILE] [--svg FILE]

Different consultations of PriMock57 follow each other up to the wanted length (with its own times); without the data
the sample visit is repeated. Every turn is read and every closed segment drafted as it would be live, by rule: a model
has the whole visit for those. What is left at stop (the last segment by the engine, what it has not begun in
``DRAFT_WITHIN_S`` by rule; assembly; its gate) is timed, by the clock and in seconds of one core, which a busy machine
does not change.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from app.doors import turns_from
from app.engines import build_drafter
from app.live.limits import DRAFT_WITHIN_S
from app.settings import settings
from bench.notes.data import DATA, Row
from prompts.drafter import SegmentDrafter
from train import dialogues
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.turns import Turn

SAMPLE = Path(__file__).parents[2] / "app" / "sample" / "visit.json"
MINUTES = (5, 10, 15, 20, 25, 30)
REPEATS = 3
Engine = Literal["rules", "local", "openai"]


@dataclass(frozen=True)
class Visit:
    """The turns of a visit, and how long it lasts."""

    turns: tuple[Turn, ...]
    minutes: float


@dataclass(frozen=True)
class Run:
    """One run: from stop to the note, and the slowest turn before."""

    after_stop_s: float
    core_s: float
    slowest_turn_s: float


def consultations(data: Path) -> list[Visit]:
    """The consultations of PriMock57 one by one; the sample visit alone when the data is not there."""
    path = data / "primock57.jsonl"
    if path.exists():
        return [_visit(row, 1.0) for row in dialogues.read(path)]
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    lasts = max(turn["end"] for turn in sample["turns"])
    return [_visit(sample, SAMPLE_RATE if lasts > SAMPLE_RATE else 1.0)]


def _visit(row: Row, a_second: float) -> Visit:
    return Visit(turns_from(row["turns"]), max(turn["end"] for turn in row["turns"]) / a_second / 60)


def of_length(pool: Sequence[Visit], minutes: float) -> Visit:
    """Different visits in a row, the last one cut, until they last about ``minutes``; from the first again when they
    are too few."""
    turns: list[Turn] = []
    lasts, place = 0.0, 0
    while lasts < minutes:
        visit = pool[place % len(pool)]
        share = min(1.0, (minutes - lasts) / visit.minutes)
        turns += visit.turns[: max(1, round(len(visit.turns) * share))]
        lasts, place = lasts + visit.minutes * share, place + 1
    return Visit(tuple(replace(turn, index=i) for i, turn in enumerate(turns)), lasts)


def after_stop(turns: Sequence[Turn], engine: SegmentDrafter) -> Run:
    """Read and draft a visit, and time what is left at stop."""
    reading, rules = dialogues.reader().open(Chart()), SegmentDrafter(None)
    sentences, done, slowest = [], 0, 0.0
    for place, turn in enumerate(turns):
        began = time.process_time()
        reading.read(turn)
        for segment in reading.segments()[done:]:
            sentences += rules.draft(segment, turns[: place + 1], reading.findings())
        done = len(reading.segments())
        slowest = max(slowest, time.process_time() - began)
    stopped, core = time.perf_counter(), time.process_time()
    reading.finish()
    for segment in reading.segments()[done:]:
        writer = engine if time.perf_counter() - stopped < DRAFT_WITHIN_S else rules
        sentences += writer.draft(segment, turns, reading.findings())
    rules.assemble(sentences, turns, reading.findings())
    return Run(time.perf_counter() - stopped, time.process_time() - core, slowest)


def measure(data: Path, engine: Engine = "rules", lengths: Sequence[int] = MINUTES) -> list[dict[str, Any]]:
    """One row a length: the middle one of three runs."""
    pool, drafter = consultations(data), build_drafter(settings().model_copy(update={"drafter": engine}))
    after_stop(of_length(pool, lengths[0]).turns, drafter)  # loads the weights
    return [_row(engine, of_length(pool, minutes), drafter) for minutes in lengths]


def _row(engine: Engine, visit: Visit, drafter: SegmentDrafter) -> dict[str, Any]:
    runs = [after_stop(visit.turns, drafter) for _ in range(REPEATS)]
    return {
        "engine": engine,
        "minutes": round(visit.minutes),
        "turns": len(visit.turns),
        "draft_after_stop_s": round(statistics.median(run.after_stop_s for run in runs), 3),
        "core_s": round(statistics.median(run.core_s for run in runs), 3),
        "slowest_turn_core_s": round(max(run.slowest_turn_s for run in runs), 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def table(found: Sequence[dict[str, Any]]) -> str:
    """The rows as a Markdown table."""
    heads = "| engine | minutes | turns | draft after stop, s | core seconds | slowest turn, core s | peak MB |"
    return "\n".join([heads, "|---" * 7 + "|", *(f"| {' | '.join(map(str, row.values()))} |" for row in found)])


def plot(found: Sequence[dict[str, Any]], target_s: float = 5.0) -> str:
    """The times as an SVG: a line an engine, its points, and the target."""
    wide, high, left, low = 560, 260, 50, 220
    most = max(target_s, *(row["draft_after_stop_s"] for row in found)) * 1.1
    longest = max(row["minutes"] for row in found)

    def at(minutes: float, seconds: float) -> tuple[float, float]:
        return left + minutes / longest * (wide - left - 20), low - seconds / most * (low - 20)

    lines = []
    for colour, engine in zip(("#0b6e69", "#7a4a9c", "#555"), dict.fromkeys(r["engine"] for r in found), strict=False):
        points = [at(row["minutes"], row["draft_after_stop_s"]) for row in found if row["engine"] == engine]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        lines.append(f'<text x="{points[0][0]:.1f}" y="{points[0][1] - 8:.1f}" fill="{colour}">{engine}</text>')
    ticks = "".join(
        f'<text x="{at(minutes, 0)[0]:.1f}" y="{low + 16}" text-anchor="middle">{minutes}</text>'
        for minutes in dict.fromkeys(row["minutes"] for row in found)
    )
    goal = at(0, target_s)[1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="11">'
        f'<rect width="{wide}" height="{high}" fill="#fff"/>'
        f'<path d="M{left} 20V{low}H{wide - 20}" fill="none" stroke="#555"/>'
        f'<path d="M{left} {goal:.1f}H{wide - 20}" stroke="#a33" stroke-dasharray="4 4"/>'
        f'<text x="{wide - 24}" y="{goal - 4:.1f}" text-anchor="end" fill="#a33">target {target_s:g} s</text>'
        f"{''.join(lines)}{ticks}"
        f'<text x="{wide / 2}" y="{high - 8}" text-anchor="middle">minutes of visit</text>'
        f'<text x="12" y="{low / 2}" transform="rotate(-90 12 {low / 2})" text-anchor="middle">'
        "seconds after stop</text>"
        "</svg>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--engine", nargs="+", choices=("rules", "local", "openai"), default=["rules"])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--svg", type=Path)
    args = parser.parse_args()
    found = [row for engine in args.engine for row in measure(args.data, engine)]
    print(table(found))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    if args.svg:
        args.svg.write_text(plot(found), encoding="utf-8")


if __name__ == "__main__":
    main()
