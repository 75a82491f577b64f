"""How many visits two cores hold, and how fast a full record starts.

    python -m bench.load sockets --sessions 200 --seconds 60 --ear silent
    python -m bench.load restart --encounters 10000

``sockets`` streams sound at real time over one WebSocket for each session and measures, frame by frame, how long its
acknowledgement ("it is on disk") takes. The clients run on the same machine as the server, so they share its cores.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import httpx
import websockets
from support.engines import speech
from support.server import PASSWORD, settings
from websockets.asyncio.client import connect

from app.ehr.sandbox import free_port
from app.live.client import FRAME_SAMPLES, Account
from app.live.ws import MAX_CONNECTIONS
from app.store import Store
from app.wire import frames
from app.wire.messages import PROTOCOL
from visit.audio import SAMPLE_RATE
from visit.charts import Chart

TALK = speech(*(2 + n % 30 for n in range(240)))
"""Two minutes of words, for everyone the same."""


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sockets = commands.add_parser("sockets")
    sockets.add_argument("--sessions", type=int, default=200)
    sockets.add_argument("--seconds", type=float, default=60)
    sockets.add_argument("--ear", choices=("silent", "speaking"), default="silent")
    restart = commands.add_parser("restart")
    restart.add_argument("--encounters", type=int, default=10_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sidenote-load-") as folder:
        if asked.command == "sockets":
            result = asyncio.run(measure_sockets(Path(folder), asked.sessions, asked.seconds, asked.ear))
        else:
            result = measure_restart(Path(folder), asked.encounters)
    machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load_before": os.getloadavg()[0]}
    print(json.dumps({"what": asked.command, **result, **machine}))


async def measure_sockets(folder: Path, sessions: int, seconds: float, ear: str) -> dict[str, object]:
    """Stream and measure."""
    port, users = free_port(), -(-sessions // MAX_CONNECTIONS)
    encounters = fill(folder / "data", port, sessions, users)
    server = start(folder, port, ear)
    try:
        base = f"http://127.0.0.1:{port}"
        accounts = [await Account.sign_in(base, f"user{n}", PASSWORD) for n in range(users)]
        lines = [Line(accounts[n % users], encounter) for n, encounter in enumerate(encounters)]
        for line in lines:
            await line.open(base)
        began = time.monotonic()
        spread = [n / len(lines) * 0.1 for n in range(len(lines))]
        await asyncio.gather(*(line.stream(began + late, seconds) for line, late in zip(lines, spread, strict=True)))
        latencies = sorted(latency for line in lines for latency in line.latencies)
        sent, acked = sum(line.sent for line in lines), sum(line.acked for line in lines)
        usage = cpu_seconds(server.pid)
        for account in accounts:
            await account.close()
    finally:
        server.kill()
        server.wait()
    return {
        "sessions": sessions,
        "seconds": seconds,
        "ear": ear,
        "frames": len(latencies),
        "p50_ms": round(1000 * at(latencies, 0.50)),
        "p99_ms": round(1000 * at(latencies, 0.99)),
        "max_ms": round(1000 * latencies[-1]),
        "unacknowledged_s": round((sent - acked) / SAMPLE_RATE, 2),
        "server_cpu_share": round(usage / (time.monotonic() - began), 2),
        "behind_ms": round(1000 * max(line.behind for line in lines)),
    }


class Line:
    """One session. ``latencies`` are from a frame's sending to the acknowledgement that covers it, in seconds."""

    def __init__(self, account: Account, encounter: str) -> None:
        self.account, self.encounter = account, encounter
        self.latencies: list[float] = []
        self.sent = self.acked = 0
        self.behind = 0.0
        self._ends: list[int] = []
        self._times: list[float] = []
        self._last = -1
        self._done = asyncio.Event()

    async def open(self, base: str) -> None:
        ticket = (await self.account.call("POST", f"/api/encounters/{self.encounter}/ticket"))["ticket"]
        self.socket = await connect(
            base.replace("http", "ws", 1) + "/api/stream",
            subprotocols=[websockets.Subprotocol(PROTOCOL), websockets.Subprotocol(f"ticket.{ticket}")],
            origin=websockets.Origin(base),
            compression=None,
        )
        hello = {"type": "hello", "encounter_id": self.encounter, "mode": "record", "recorder": "load"}
        await self.socket.send(json.dumps(hello))
        self.epoch = json.loads(await self.socket.recv())["epoch"]

    async def stream(self, began: float, seconds: float) -> None:
        """Send a frame every 100 ms, then wait for the last acknowledgement."""
        self._last = int(seconds * 10) * FRAME_SAMPLES
        listening = asyncio.create_task(self._listen())
        for number in range(int(seconds * 10)):
            due = began + number * 0.1
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.behind = max(self.behind, time.monotonic() - due)
            start = number * FRAME_SAMPLES * 2 % len(TALK)
            pcm = TALK[start : start + FRAME_SAMPLES * 2]
            frame = frames.Frame(self.epoch, number, self.sent, pcm)
            self.sent = frame.end
            self._ends.append(frame.end)
            self._times.append(time.monotonic())
            await self.socket.send(frames.encode(frame))
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                await self._done.wait()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        self.socket.transport.abort()

    async def _listen(self) -> None:
        async for text in self.socket:
            if '"ack"' not in text[:40]:
                continue
            durable, now = json.loads(text)["durable_through"], time.monotonic()
            before, after = bisect_right(self._ends, self.acked), bisect_right(self._ends, durable)
            self.latencies += [now - sent for sent in self._times[before:after]]
            self.acked = durable
            if self.acked == self._last:
                self._done.set()


def measure_restart(folder: Path, encounters: int) -> dict[str, object]:
    """Fill a record, then start a server on it as after a crash."""
    port = free_port()
    fill(folder / "data", port, encounters, 50, seconds=1)
    size = sum(path.stat().st_size for path in (folder / "data").iterdir())
    times = []
    for _ in range(3):
        started = time.monotonic()
        server = start(folder, port, "silent")
        times.append(time.monotonic() - started)
        server.kill()
        server.wait()
    return {"encounters": encounters, "megabytes": size >> 20, "serving_s": [round(took, 2) for took in times]}


def fill(data: Path, port: int, encounters: int, users: int, seconds: float = 0) -> list[str]:
    """A record with users and encounters that may be recorded, some sound in each."""
    store = Store.open(settings(data, port))
    # Filling need not survive a loss of power; what is measured afterwards does.
    with store._database._writer.connect() as connection:  # type: ignore[attr-defined]
        connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")
    people = [store.add_user(f"user{n}", f"Dr {n}", "clinician", PASSWORD) for n in range(users)]
    ids = []
    for number in range(encounters):
        owner = people[number % users].id
        opened = store.open_encounter(owner, f"ehr-{number}", Chart(patient_name="Example"), "soap").id
        store.record_consent(owner, opened, True)
        if seconds:
            store.set_state(owner, opened, "recording")
            store.append_audio(opened, 0, TALK[: int(seconds * SAMPLE_RATE) * 2], 1)
            store.set_state(owner, opened, "finishing")
            store.set_state(owner, opened, "no_speech")
        ids.append(str(opened))
    store.close()
    return ids


def start(folder: Path, port: int, ear: str) -> "subprocess.Popen[bytes]":
    """Start the server and wait until it is ready."""
    command = [sys.executable, "-m", "bench.load.server", str(folder / "data"), str(port), ear]
    with (folder / "server.log").open("ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=Path(__file__).parents[2])
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).is_success:
                return server
        except httpx.HTTPError:
            time.sleep(0.05)
    raise SystemExit(f"the server did not become ready:\n{(folder / 'server.log').read_text()[-2000:]}")


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    main()
