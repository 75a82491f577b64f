"""Break the server for a long time and count what is lost: ``python -m bench.soak --out out/soak.jsonl``.

Appends a line of JSON for each kind of breaking; ``--report`` adds the lines of a file up. Nothing must be lost.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import soak
from support.nursery import Nursery


def main() -> int:
    """Run what is asked for; exit code 1 when anything was lost."""
    asked = _arguments()
    if asked.report:
        return report(asked.out)
    losses = 0
    runs = {"kills": asked.kills, "lines": asked.line_faults, "filing": asked.filing_kills}
    for kind, count in runs.items():
        if count:
            tally, seconds = run(kind, count, asked.seed)
            losses += tally.losses
            asked.out.parent.mkdir(parents=True, exist_ok=True)
            with asked.out.open("a", encoding="utf-8") as out:
                row = {"kind": kind, "seed": asked.seed, "seconds": round(seconds), **vars(tally)}
                out.write(json.dumps(row) + "\n")
    return 1 if losses else 0


def run(kind: str, count: int, seed: int) -> tuple[soak.Tally, float]:
    """One kind of breaking, with progress on standard error."""
    started = time.monotonic()
    with Nursery() as nursery, tempfile.TemporaryDirectory(prefix="sidenote-soak-") as name:
        folder = Path(name)
        if kind == "kills":
            tally = asyncio.run(soak.kills(nursery, folder, count, seed, tell))
        elif kind == "lines":
            tally = asyncio.run(soak.bad_lines(nursery, folder, count, seed, tell))
        else:
            tally = soak.filing_kills(nursery, folder, count, seed, tell)
    return tally, time.monotonic() - started


def report(path: Path) -> int:
    """Add the lines up and print one table."""
    totals: dict[str, soak.Tally] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        counted = {name: row[name] for name in row if name not in ("kind", "seed", "seconds")}
        counters = {name: Counter(counted.pop(name, {})) for name in ("faults", "moments")}
        totals.setdefault(row["kind"], soak.Tally()).add(soak.Tally(**counters, **counted))
    for kind, tally in totals.items():
        print(json.dumps({"kind": kind, "losses": tally.losses, **vars(tally)}))
    return 1 if any(tally.losses for tally in totals.values()) else 0


def tell(text: str) -> None:
    """Progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="SIGKILLs of a server with six visits")
    parser.add_argument("--line-faults", type=int, default=500, help="faults on the WebSocket")
    parser.add_argument("--filing-kills", type=int, default=60, help="SIGKILLs while a note is filed")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--out", type=Path, default=Path("out/soak.jsonl"))
    parser.add_argument("--report", action="store_true", help="only add up what --out holds")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
