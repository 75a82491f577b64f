"""Break the server for a long time and count what is lost: ``python -m bench.soak --out out/soak.jsonl``.

Appends a line of JSON for each kind of breaking; ``--report`` adds the lines of a file up. Nothing must be lost. What
is broken follows from ``--seed``, which is told first; when exactly it strikes is the machine's. Each kind ends in
time: what could not be done by then is said and makes the exit code 1, and a step that hangs ends the run with its
traceback.
"""

import argparse
import asyncio
import faulthandler
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from support import soak
from support.nursery import Nursery

ABOUT = ("kind", "seed", "asked", "seconds")
"""What a line says beside its tally."""

HANGS_S = 300
"""So long after its time a kind of breaking that has not ended hangs: its visits end, or are given up, in a minute."""


def main() -> int:
    """Run what is asked for; exit code 1 when anything was lost or left undone."""
    asked = _arguments()
    if asked.report:
        return report(asked.out)
    tell(f"seed {asked.seed}")
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    runs = {"kills": asked.kills, "lines": asked.line_faults, "filing": asked.filing_kills}
    failed = False
    for kind, count in runs.items():
        if count:
            tally, seconds = run(kind, count, asked.seed, asked.minutes)
            row = {"kind": kind, "seed": asked.seed, "asked": count, "seconds": round(seconds), **vars(tally)}
            with asked.out.open("a", encoding="utf-8") as out:
                out.write(json.dumps(row) + "\n")
            done = tally.faults.total()
            tell(f"{kind}: {done} of {count} in {seconds / 60:.1f} minutes, {tally.losses} losses")
            failed |= bool(tally.losses) or done < count
    return 1 if failed else 0


def run(kind: str, count: int, seed: int, minutes: float) -> tuple[soak.Tally, float]:
    """One kind of breaking, with progress on standard error."""
    started = time.monotonic()
    until = started + 60 * minutes
    faulthandler.dump_traceback_later(60 * minutes + HANGS_S, exit=True)
    with Nursery() as nursery, tempfile.TemporaryDirectory(prefix="sidenote-soak-") as name:
        folder = Path(name)
        if kind == "kills":
            tally = asyncio.run(soak.kills(nursery, folder, count, seed, tell, until))
        elif kind == "lines":
            tally = asyncio.run(soak.bad_lines(nursery, folder, count, seed, tell, until))
        else:
            tally = soak.filing_kills(nursery, folder, count, seed, tell, until)
    faulthandler.cancel_dump_traceback_later()
    return tally, time.monotonic() - started


def report(path: Path) -> int:
    """Add the lines up and print one table."""
    totals: dict[str, soak.Tally] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        counted = {name: row[name] for name in row if name not in ABOUT}
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
    parser.add_argument("--minutes", type=float, default=10.0, help="for each kind of breaking, at most")
    parser.add_argument("--out", type=Path, default=Path("out/soak.jsonl"))
    parser.add_argument("--report", action="store_true", help="only add up what --out holds")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
