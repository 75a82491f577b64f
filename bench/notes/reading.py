"""How long a turn takes to be understood.

    python -m bench.notes.reading [--data DIR] [--visits 10]

The first visits of each set are read turn by turn; without the data the sample visit. Times are processor time of one
core, so that a busy machine changes them little.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.notes.data import DATA, SETS, rows
from bench.notes.latency import consultations
from train.dialogues import reader, turns_of
from visit.charts import Chart
from visit.turns import Turn


def measure(data: Path, visits: int) -> dict[str, Any]:
    """Milliseconds of processor time a turn, and seconds to load."""
    started = time.process_time()
    reader().open(Chart()).read(turns_of({"turns": [{"speaker": "patient", "text": "I cough."}]})[0])
    loaded = time.process_time() - started
    took = sorted(ms for turns in _visits(data, visits) for ms in _read(turns))
    return {
        "turns": len(took),
        "median_ms": round(statistics.median(took), 2),
        "p95_ms": round(took[int(0.95 * (len(took) - 1))], 2),
        "slowest_ms": round(took[-1], 1),
        "load_s": round(loaded, 1),
    }


def _visits(data: Path, visits: int) -> list[Sequence[Turn]]:
    if not (data / f"{SETS[0]}.jsonl").exists():
        return [consultations(data)[0].turns]
    return [turns_of(row) for name in SETS for row in rows(data, name)[:visits]]


def _read(turns: Sequence[Turn]) -> list[float]:
    reading, took = reader().open(Chart()), []
    for turn in turns:
        began = time.process_time()
        reading.read(turn)
        took.append(1000 * (time.process_time() - began))
    return took


def table(found: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    heads = "| turns | median, ms | 95th percentile, ms | slowest, ms | load, s |"
    return "\n".join([heads, "|---" * 5 + "|", f"| {' | '.join(map(str, found.values()))} |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--visits", type=int, default=10, help="of each set")
    args = parser.parse_args()
    print(table(measure(args.data, args.visits)))


if __name__ == "__main__":
    main()
