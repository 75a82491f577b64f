"""What faults cost: the same recording with cut lines, killed clients and killed servers, against an undisturbed run.

    python -m bench.listening.faults

Each case starts a whole server in its own process with an empty record, plays the sample visit that ships with the
product at real time through a proxy, breaks something, and compares the number of stored samples, the words as they
were committed live and the words of the final transcript with the undisturbed case. Cuts of 5, 30 and 90 s are scaled
by ``--scale``. Clients and servers are processes that end by SIGKILL, at moments drawn from the case's seed; a client
that has the recording goes on where the dead one's sound ends. The clock that jumps is the wall clock of the server's
process (``jumping_clock``). Live words depend on when a window was decoded, so the undisturbed visit is heard twice:
that row says how much they differ by themselves.
"""

import argparse
import asyncio
import contextlib
import os
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.demo.people import DEMO_PEOPLE
from app.demo.play import open_sample, sample_pcm
from app.demo.server import ServerProcess
from app.demo.site import Site, demo_site
from app.errors import Conflict
from app.live.client import Account, LiveClient
from app.wire.messages import Status, TranscriptEvent, Words
from bench.listening import report
from bench.listening.score import align, fold
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

CLIENT, CLOCK = "client killed", "clock jumps"
CASES = (
    *("undisturbed", "undisturbed again"),
    *("cut 5 s", "cut 30 s", "cut 90 s"),
    CLIENT,
    *("server killed, seed 1", "server killed, seed 2"),
    CLOCK,
)

HEADS = (
    "case",
    "all samples stored",
    "words",
    "words identical",
    "words that differ",
    "live words",
    "live words that differ",
)

PATIENCE_S = 60
"""A server may need so long to find a line dead."""


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


@dataclass(slots=True)
class Heard:
    """What one case left behind: words of the final transcript, words as they were committed live, stored samples."""

    final: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    samples: int = 0


@contextmanager
def clock_of(case: str) -> Iterator[None]:
    """Servers started meanwhile have the clock of the case: one that jumps, or the machine's."""
    before = os.environ.get("PYTHONPATH")
    if case == CLOCK:
        os.environ["PYTHONPATH"] = str(Path(__file__).with_name("jumping_clock"))
    try:
        yield
    finally:
        os.environ.pop("PYTHONPATH", None)
        if before is not None:
            os.environ["PYTHONPATH"] = before


async def run(site: Site, case: str, pcm: bytes, scale: float) -> Heard:
    """One case, from opening the visit to its final transcript."""
    person = DEMO_PEOPLE[0]
    account = await Account.sign_in(site.server.url, person.username, person.password)
    encounter = await open_sample(account)
    length_s = len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE
    async with proxied(site.server.port) as (wire, url):
        if case == CLIENT:
            await _killed_client(site.server.url, url, encounter, length_s)
        breaking = asyncio.create_task(_break(case, wire, site.server, length_s, scale))
        heard = await _play(account, encounter, pcm, url)
        await breaking
    heard.samples = (await account.call("GET", f"/api/encounters/{encounter}"))["samples"]
    await account.close()
    return heard


async def _killed_client(server: str, line: str, encounter: str, length_s: float) -> None:
    """A client process that ends by SIGKILL somewhere in the middle of the visit."""
    command = (sys.executable, "-m", "bench.listening.mouth", server, line, encounter, str(length_s))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    if await process.stdout.readline() != b"playing\n":
        raise SystemExit("the client process was not let in")
    await asyncio.sleep(random.Random(CLIENT).uniform(0.3, 0.7) * length_s)
    process.kill()
    await process.wait()


async def _play(account: Account, encounter: str, pcm: bytes, url: str) -> Heard:
    """Play what is not stored yet, stop, and keep every word from the visit's beginning to its final transcript."""
    heard = Heard()
    async with AsyncExitStack() as stack:
        client = await _let_in(stack, account, encounter, url)

        async def speak() -> None:
            at = (await account.call("GET", f"/api/encounters/{encounter}"))["samples"] * BYTES_PER_SAMPLE
            await client.play(pcm[at:])
            client.stop()

        speaking = asyncio.create_task(speak())
        async for message in client:
            if isinstance(message, Words):
                heard.live += [word.text for word in message.words]
            if isinstance(message, TranscriptEvent):
                heard.final = [word for turn in message.turns for word in turn.text.split()]
            if isinstance(message, Status) and message.detail in ("final.done", "final.failed"):
                break
        await speaking
    return heard


async def _let_in(stack: AsyncExitStack, account: Account, encounter: str, url: str) -> LiveClient:
    """A client of the visit, as soon as the server knows that the one before it is gone."""
    for _ in range(PATIENCE_S):
        with contextlib.suppress(Conflict):
            return await stack.enter_async_context(LiveClient(account, encounter, line=url))
        await asyncio.sleep(1)
    raise SystemExit("the visit did not take a second client")


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


def compared(case: str, got: Heard, plain: Heard, samples: int) -> list[Any]:
    """A row: is all sound stored, and how many words differ from the undisturbed run, finally and live."""
    differing = [align(fold(" ".join(a)), fold(" ".join(b)))[0] for a, b in
                 ((plain.final, got.final), (plain.live, got.live))]  # fmt: skip
    stored = "yes" if got.samples == samples else "NO"
    identical = "yes" if got.final == plain.final else "NO"
    return [case, stored, len(got.final), identical, differing[0], len(got.live), differing[1]]


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="of the sample visit")
    parser.add_argument("--scale", type=float, default=1.0, help="of the cuts' lengths")
    parser.add_argument("--cases", nargs="*", choices=list(CASES), help="all if left out")
    parser.add_argument("--out", type=Path, default=Path("out/bench/listening"))
    parser.add_argument("--docs", action="store_true", help="write the table into docs/benchmarks/listening.md")
    args = parser.parse_args()
    os.environ.setdefault("SIDENOTE_DRAFTER", "rules")  # words are compared, not the note's wording
    pcm = sample_pcm()[: int(args.seconds * SAMPLE_RATE) * BYTES_PER_SAMPLE]
    results: dict[str, Heard] = {}
    for case in dict.fromkeys([CASES[0], *(args.cases or CASES)]):
        with tempfile.TemporaryDirectory() as folder, clock_of(case), demo_site(Path(folder)) as site:
            results[case] = asyncio.run(run(site, case, pcm, args.scale))
        print(case, len(results[case].final), "words,", results[case].samples, "samples", flush=True)
    samples = len(pcm) // BYTES_PER_SAMPLE
    rows = [compared(case, got, results[CASES[0]], samples) for case, got in results.items()]
    figures = {"seconds": args.seconds, "scale": args.scale, "results": {c: asdict(h) for c, h in results.items()}}
    bars = [(f"{row[0]}, {what}", row[at]) for row in rows[1:] for what, at in (("final", 4), ("live", 6))]
    chart = report.Chart("Words that differ from the undisturbed run", bars)
    report.publish("faults", args, report.table(HEADS, rows), figures, chart)


if __name__ == "__main__":
    main()
