"""Sidenote and two other streaming Whisper servers, side by side: same model folder, sound, threads and scorer.

    python -m bench.listening.peers --setup      # once: builds an environment for each peer
    python -m bench.listening.peers              # first 120 s of one visit, one system after the other

WhisperLive 0.10.0 and WhisperLiveKit 0.2.26 run in environments of their own (``bench/listening/environments``);
Sidenote runs as ``sidenote transcribe --live``. WhisperLive does not flush when the sound ends, so every system is
given 15 s of silence after it. WhisperLiveKit takes words back; they are counted as rewritten.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from app.settings import settings
from bench.listening import report
from bench.listening.data import Pcm, Visit, arguments, visits, write_wav
from bench.listening.score import score
from bench.listening.servers import ROWS, Row, cpu_since, environment, run_peer, set_up, surroundings
from bench.listening.streaming import apart, offline
from visit.audio import SAMPLE_RATE

TAIL_S = 15.0
HEADS = ("word error", "above offline", "commit p50", "p95", "changed words", "rewritten", "tail lost",
         "CPU s / audio min")  # fmt: skip


def run_sidenote(visit: Visit, threads: int, scratch: Path) -> tuple[list[Row], float]:
    """Its rows, and the CPU seconds of the whole process."""
    sound, events = write_wav(scratch / "sidenote.wav", _padded(visit)), scratch / "sidenote.jsonl"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [str(Path(sys.executable).parent / "sidenote"), "transcribe", str(sound), "--live", "--events", str(events),
         "--out", str(scratch / "sidenote.json")],
        check=True, env=surroundings(threads) | {"SIDENOTE_ASR_THREADS": str(threads)}, capture_output=True,
    )  # fmt: skip
    return [json.loads(line) for line in events.read_text("utf-8").splitlines()], cpu_since(before)


def _padded(visit: Visit) -> Pcm:
    return np.concatenate([visit.pcm, np.zeros(int(TAIL_S * SAMPLE_RATE), np.int16)])


def main() -> None:
    """Run the bench."""
    parser = arguments(__doc__, 120.0)
    parser.add_argument("--setup", action="store_true", help="build the peers' environments and stop")
    parser.add_argument("--peers", nargs="*", default=list(ROWS), choices=list(ROWS))
    parser.add_argument("--environments", type=Path, default=settings().models_dir.expanduser().parent / "peers")
    args = parser.parse_args()
    if args.setup:
        for peer in args.peers:
            set_up(args.environments, peer)
        return
    missing = [peer for peer in args.peers if not environment(args.environments, peer).is_file()]
    if missing:
        sys.exit(f"no environment for {', '.join(missing)}: run with --setup first")
    model = settings().models_dir.expanduser() / args.model
    results: dict[str, Any] = {}
    with visits(args.audio, args.visits, args.seconds) as found, tempfile.TemporaryDirectory() as folder:
        visit = found[0]
        plain = apart(offline, args.model, args.threads, visit)
        for system in ("Sidenote", *args.peers):
            if system == "Sidenote":
                rows, used = run_sidenote(visit, args.threads, Path(folder))
            else:
                python = environment(args.environments, system)
                rows, used = run_peer(system, python, _padded(visit), model, args.threads, Path(folder))
            results[system] = score(visit.turns, rows, visit.length_s) | {
                "cpu_s_per_minute": round(used / visit.length_s * 60, 1)
            }
            print(system, results[system], flush=True)
    _tell(args, visit, plain, results)


def _tell(args: Any, visit: Visit, plain: Row, results: dict[str, Any]) -> None:
    rows = [
        [
            name, f"{100 * got['word_error']:.2f} %", f"{100 * (got['word_error'] - plain['word_error']):+.2f}",
            got["commit_p50_s"], got["commit_p95_s"], got["instability"], got["rewritten"], got["tail_lost"],
            got["cpu_s_per_minute"],
        ]
        for name, got in results.items()
    ]  # fmt: skip
    rows.append(["offline", f"{100 * plain['word_error']:.2f} %", "0", *[None] * 5, plain["cpu_s_per_minute"]])
    table = report.table((f"visit {visit.number}", *HEADS), rows)
    text = f"The first {visit.length_s:.0f} s of visit {visit.number}, `{args.model}`.\n\n{table}"
    figures = {"visit": visit.name, "seconds": visit.length_s, "offline": plain, "systems": results}
    bars = [(f"{name}, {what}", got[key]) for name, got in results.items()
            for what, key in (("median", "commit_p50_s"), ("95th percentile", "commit_p95_s"))]  # fmt: skip
    chart = report.Chart("Seconds from a spoken word to its commit", bars, "s")
    report.publish("peers", args, text, figures, chart, visits=[visit.number])


if __name__ == "__main__":
    main()
