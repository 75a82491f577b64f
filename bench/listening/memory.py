"""Does memory stay flat over a long visit?

    python -m bench.listening.memory --minutes 90

The sample visit that ships with the product is repeated and heard as fast as the machine can, in blocks of a tenth of
a second, by the smallest model (the buffers do not depend on the model). Resident memory is read every minute of the
visit; after ten minutes of warming up it must stay within 5 % of what it was.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from app.demo.play import sample_pcm
from bench.listening import report
from bench.listening.streaming import listener
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE
from visit.charts import Chart
from visit.hearing import CommittedWords, HearingEvent

BLOCK = SAMPLE_RATE // 10 * BYTES_PER_SAMPLE
MOST_LAG_S = 20.0


def resident_mb() -> float:
    """Memory of this process now."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=int, default=90)
    parser.add_argument("--warm-up", type=int, default=10)
    parser.add_argument("--model", default="whisper-tiny-en")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("out/bench/listening"))
    parser.add_argument("--docs", action="store_true", help="write the result into docs/benchmarks/listening.md")
    args = parser.parse_args()
    transcriber, words = listener(args.model, args.threads), 0
    visit = np.frombuffer(sample_pcm(), "<i2")

    def count(event: HearingEvent) -> None:
        nonlocal words
        words += len(event.words) if isinstance(event, CommittedWords) else 0

    stream, curve, began = transcriber.open(Chart(), count), [], time.monotonic()
    for minute in range(args.minutes):
        first = minute * 60 * SAMPLE_RATE % len(visit)
        sound = np.resize(np.roll(visit, -first), 60 * SAMPLE_RATE).tobytes()
        for at in range(0, len(sound), BLOCK):
            while stream.lag_s > MOST_LAG_S:
                time.sleep(0.05)
            stream.feed(sound[at : at + BLOCK])
        curve.append(round(resident_mb(), 1))
    stream.finish()
    took = time.monotonic() - began
    transcriber.close()
    steady = curve[min(args.warm_up, len(curve) - 1) :]
    growth = 100 * (max(steady) - steady[0]) / steady[0]
    result = {"minutes": args.minutes, "words": words, "took_s": round(took), "growth_percent": round(growth, 2)}
    rows = [[args.minutes, words, f"{steady[0]:.0f} MB", f"{max(steady):.0f} MB", f"{growth:.1f} %"]]
    text = report.table(("minutes", "words committed", "after warm-up", "largest since", "growth"), rows)
    bars = [(f"after {at} min", curve[at - 1]) for at in range(10, args.minutes + 1, 10)]
    chart = report.Chart("Resident memory during one visit, MB", bars, "MB")
    report.publish("memory", args, text, {**result, "resident_mb": curve}, chart)


if __name__ == "__main__":
    main()
