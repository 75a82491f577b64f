"""How long a draft takes after stop, and how much memory, against the length of the visit.

The sample visit's turns follow each other again and again up to the wanted length; every turn is read and every closed
segment drafted as it would be live, by rule. What is left at stop (the last segment, assembly, its gate) is timed, by
the clock and in seconds of one core, which a busy machine does not change.
"""

import json
import resource
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.doors import turns_from
from nlp.reader import ClinicalReader
from prompts.drafter import SegmentDrafter
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.turns import Turn

SAMPLE = Path(__file__).parents[2] / "app" / "sample" / "visit.json"
MINUTES = (5, 10, 15, 20, 25, 30)
REPEATS = 3


def of_length(minutes: int) -> list[Turn]:
    """Turns of the sample visit, repeated until they last about ``minutes``."""
    rows = json.loads(SAMPLE.read_text(encoding="utf-8"))["turns"]
    once = turns_from(rows)
    lasts_s = max(row["end"] for row in rows)
    lasts_s = lasts_s / SAMPLE_RATE if lasts_s > SAMPLE_RATE else lasts_s
    wanted = max(len(once), round(len(once) * minutes * 60 / lasts_s))
    return [replace(once[i % len(once)], index=i) for i in range(wanted)]


def after_stop(reader: ClinicalReader, turns: Sequence[Turn]) -> tuple[float, float, float]:
    """From stop to the note: seconds, and seconds of one core. Then the core seconds of the slowest turn before."""
    reading, drafter = reader.open(Chart()), SegmentDrafter(None)
    sentences, done, slowest = [], 0, 0.0
    for place, turn in enumerate(turns):
        began = time.process_time()
        reading.read(turn)
        for segment in reading.segments()[done:]:
            sentences += drafter.draft(segment, turns[: place + 1], reading.findings())
        done = len(reading.segments())
        slowest = max(slowest, time.process_time() - began)
    stopped, core = time.perf_counter(), time.process_time()
    reading.finish()
    for segment in reading.segments()[done:]:
        sentences += drafter.draft(segment, turns, reading.findings())
    drafter.assemble(sentences, turns, reading.findings())
    return time.perf_counter() - stopped, time.process_time() - core, slowest


def measure() -> list[dict[str, Any]]:
    """One row a length: the middle one of three runs."""
    reader = ClinicalReader()
    after_stop(reader, of_length(MINUTES[0]))  # loads the weights
    out = []
    for minutes in MINUTES:
        turns = of_length(minutes)
        runs = [after_stop(reader, turns) for _ in range(REPEATS)]
        out.append(
            {
                "minutes": minutes,
                "turns": len(turns),
                "draft_after_stop_s": round(statistics.median(run[0] for run in runs), 3),
                "core_s": round(statistics.median(run[1] for run in runs), 3),
                "slowest_turn_core_s": round(max(run[2] for run in runs), 3),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            }
        )
    return out


def plot(found: Sequence[dict[str, Any]], target_s: float = 5.0) -> str:
    """The times as an SVG: one line, its points, and the target."""
    wide, high, left, low = 560, 260, 50, 220
    most = max(target_s, *(row["draft_after_stop_s"] for row in found)) * 1.1

    def at(minutes: float, seconds: float) -> tuple[float, float]:
        return left + minutes / MINUTES[-1] * (wide - left - 20), low - seconds / most * (low - 20)

    points = [at(row["minutes"], row["draft_after_stop_s"]) for row in found]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#0b6e69"/>' for x, y in points)
    ticks = "".join(
        f'<text x="{at(row["minutes"], 0)[0]:.1f}" y="{low + 16}" text-anchor="middle">{row["minutes"]}</text>'
        for row in found
    )
    goal = at(0, target_s)[1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="11">'
        f'<rect width="{wide}" height="{high}" fill="#fff"/>'
        f'<path d="M{left} 20V{low}H{wide - 20}" fill="none" stroke="#555"/>'
        f'<path d="M{left} {goal:.1f}H{wide - 20}" stroke="#a33" stroke-dasharray="4 4"/>'
        f'<text x="{left + 4}" y="{goal - 4:.1f}" fill="#a33">target {target_s:g} s</text>'
        f'<polyline points="{line}" fill="none" stroke="#0b6e69" stroke-width="2"/>{dots}{ticks}'
        f'<text x="{wide / 2}" y="{high - 8}" text-anchor="middle">minutes of visit</text>'
        f'<text x="12" y="{low / 2}" transform="rotate(-90 12 {low / 2})" text-anchor="middle">'
        "seconds after stop</text>"
        "</svg>\n"
    )
