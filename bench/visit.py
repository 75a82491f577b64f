"""A long visit through the whole server at real time: do words keep up, and how soon is the draft there?

    python -m bench.visit --minutes 10 --out out/bench/visit.json

The sample visit is repeated to the wanted length. Everything runs: hearing, reading, drafting, coding, the encrypted
record, an invented EHR beside it. Times are the client's; memory is the server process's peak.
"""

import argparse
import asyncio
import json
import os
import platform
import tempfile
from pathlib import Path

import numpy as np

from app.demo.people import DEMO_PEOPLE
from app.demo.play import open_sample, sample_pcm
from app.demo.site import demo_site
from app.demo.visit import Played, play_visit
from app.live.client import Account
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE


def repeated(pcm: bytes, minutes: float) -> bytes:
    """``pcm`` again and again until it lasts ``minutes``."""
    size = int(minutes * 60 * SAMPLE_RATE) * BYTES_PER_SAMPLE
    return (pcm * (size // len(pcm) + 1))[:size]


async def measure(url: str, pcm: bytes) -> Played:
    """Play the visit at real time."""
    person = DEMO_PEOPLE[0]
    account = await Account.sign_in(url, person.username, person.password)
    try:
        return await play_visit(account, await open_sample(account), pcm, 1.0, lambda *_: None)
    finally:
        await account.close()


def main() -> None:
    """Run and print one row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--out", type=Path, default=Path("out/bench/visit.json"))
    args = parser.parse_args()
    pcm = repeated(sample_pcm(), args.minutes)
    with tempfile.TemporaryDirectory() as folder, demo_site(Path(folder)) as site:
        played = asyncio.run(measure(site.server.url, pcm))
        peak = site.server.peak_mb
    row = {
        "machine": f"{os.cpu_count()} {platform.machine()} cores, no GPU",
        "visit_min": round(played.visit_s / 60, 1),
        "commit_p50_s": round(float(np.percentile(played.commit_latency_s, 50)), 2),
        "commit_p95_s": round(float(np.percentile(played.commit_latency_s, 95)), 2),
        "draft_ready_s": played.draft_ready_s and round(played.draft_ready_s, 2),
        "final_pass_s": played.final_pass_s and round(played.final_pass_s, 2),
        "server_peak_mb": round(peak),
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    print("\n".join(f"{name:16} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
