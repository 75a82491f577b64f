"""What faults cost: the same recording with cut lines, killed clients and killed servers, against an undisturbed run.

    python -m bench.listening.faults

Each case starts a whole server in its own process with an empty record, plays the sample visit that ships with the
product at real time through a proxy, breaks something, and compares the stored audio byte by byte and the final
transcript word by word with the undisturbed case. Cuts of 5, 30 and 90 s are scaled by ``--scale``; moments of kills
are drawn from the case's seed. Jumps of the clock are tested where the clock is injected (``tests/app/live``): nothing
in hearing reads the wall clock, time is the number of samples.
"""

import argparse
import asyncio
import contextlib
import os
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from app.demo.people import DEMO_PEOPLE
from app.demo.play import open_sample, sample_pcm
from app.demo.server import ServerProcess
from app.demo.site import Site, demo_site
from app.live.client import Account, LiveClient
from app.wire.messages import Status, TranscriptEvent
from bench.listening import report
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

CASES = (
    "undisturbed",
    *("cut 5 s", "cut 30 s", "cut 90 s"),
    "client killed",
    *("server killed, seed 1", "server killed, seed 2"),
)


class Wire:
    """A proxy to the server that can be cut for a while."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lines: set[asyncio.StreamWriter] = set()
        self._dead = False

    async def serve(self) -> asyncio.Server:
        return await asyncio.start_server(self._join, "127.0.0.1", 0)

    async def cut(self, seconds: float) -> None:
        """Break every connection and let none through for so long."""
        self._dead = True
        for line in list(self._lines):
            line.transport.abort()
        await asyncio.sleep(seconds)
        self._dead = False

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._dead:
            writer.transport.abort()
            return
        try:
            there, here = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        self._lines |= {writer, here}
        await asyncio.gather(_pump(reader, here), _pump(there, writer))
        self._lines -= {writer, here}


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


@asynccontextmanager
async def proxied(port: int) -> AsyncIterator[tuple[Wire, str]]:
    """A wire, and the URL that goes through it."""
    wire = Wire(port)
    server = await wire.serve()
    try:
        yield wire, f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def run(site: Site, case: str, pcm: bytes, scale: float) -> dict[str, Any]:
    """One case: the words of the final transcript, and how many samples are stored."""
    person = DEMO_PEOPLE[0]
    account = await Account.sign_in(site.server.url, person.username, person.password)
    encounter = await open_sample(account)
    length_s = len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE
    async with proxied(site.server.port) as (wire, url):
        breaking = asyncio.create_task(_break(case, wire, site.server, length_s, scale))
        words = await _play(account, encounter, pcm, url, killed=case == "client killed")
        await breaking
    samples = (await account.call("GET", f"/api/encounters/{encounter}"))["samples"]
    await account.close()
    return {"words": words, "samples": samples}


async def _play(account: Account, encounter: str, pcm: bytes, url: str, *, killed: bool) -> list[str]:
    """Play to the end and wait for the final transcript; a killed client is followed by one that goes on."""
    if killed:
        half = len(pcm) // 4 * 2
        async with LiveClient(account, encounter, line=url) as client:
            await client.play(pcm[:half])
            stored = client.acked * BYTES_PER_SAMPLE
        return await _finish(account, encounter, pcm, stored, url)
    return await _finish(account, encounter, pcm, 0, url)


async def _finish(account: Account, encounter: str, pcm: bytes, stored: int, url: str) -> list[str]:
    """Play what is not stored yet, stop, and return the final words."""
    words: list[str] = []
    async with LiveClient(account, encounter, line=url) as client:

        async def speak() -> None:
            at = (await account.call("GET", f"/api/encounters/{encounter}"))["samples"] * BYTES_PER_SAMPLE
            await client.play(pcm[max(at, stored) :])
            client.stop()

        speaking = asyncio.create_task(speak())
        async for message in client:
            if isinstance(message, TranscriptEvent):
                words = [word for turn in message.turns for word in turn.text.split()]
            if isinstance(message, Status) and message.detail in ("final.done", "final.failed"):
                break
        await speaking
    return words


async def _break(case: str, wire: Wire, server: ServerProcess, length_s: float, scale: float) -> None:
    """Do to the line or the server what the case says, somewhere in the middle of the visit."""
    if case.startswith("cut"):
        await asyncio.sleep(length_s / 3)
        await wire.cut(float(case.split()[1]) * scale)
    elif case.startswith("server killed"):
        chance = random.Random(int(case.split()[-1]))
        await asyncio.sleep(chance.uniform(0.2, 0.8) * length_s)
        server.kill()
        await asyncio.to_thread(server.start)


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="of the sample visit")
    parser.add_argument("--scale", type=float, default=1.0, help="of the cuts' lengths")
    parser.add_argument("--cases", nargs="*", default=list(CASES), choices=list(CASES))
    parser.add_argument("--out", type=Path, default=Path("out/bench/listening"))
    parser.add_argument("--docs", action="store_true", help="write the table into docs/benchmarks/listening.md")
    args = parser.parse_args()
    os.environ.setdefault("SIDENOTE_DRAFTER", "rules")  # words are compared, not the note's wording
    pcm = sample_pcm()[: int(args.seconds * SAMPLE_RATE) * BYTES_PER_SAMPLE]
    results: dict[str, Any] = {}
    for case in dict.fromkeys(["undisturbed", *args.cases]):
        with tempfile.TemporaryDirectory() as folder, demo_site(Path(folder)) as site:
            results[case] = asyncio.run(run(site, case, pcm, args.scale))
        print(case, len(results[case]["words"]), "words,", results[case]["samples"], "samples", flush=True)
    plain = results["undisturbed"]
    rows = [
        [case, "yes" if got["samples"] == plain["samples"] == len(pcm) // BYTES_PER_SAMPLE else "NO",
         len(got["words"]), "yes" if got["words"] == plain["words"] else "NO"]
        for case, got in results.items()
    ]  # fmt: skip
    text = report.table(("case", "all samples stored", "words", "words identical"), rows)
    print(text)
    report.save(args.out, "faults", {"seconds": args.seconds, "scale": args.scale, "results": results})
    if args.docs:
        command = f"python -m bench.listening.faults --seconds {args.seconds:g} --scale {args.scale:g} --docs"
        report.document("faults", text, command)


if __name__ == "__main__":
    main()
