"""Many visits at once, streamed at real time: how long until a frame is acknowledged as being on disk."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from support.engines import speech
from support.server import PASSWORD, settings

from app.ehr.sandbox import free_port
from app.live.client import Account
from app.live.ws import MAX_CONNECTIONS
from app.store import Store
from bench.load.client import Line
from bench.load.serving import cpu_seconds, start
from visit.audio import SAMPLE_RATE
from visit.charts import Chart

FRAME_S = 0.1
SLOTS = 20
"""Sessions do not send at the same moment: they are spread over so many moments of each tenth of a second."""

TALK = speech(*(2 + n % 30 for n in range(240)))
"""Two minutes of words, for everyone the same."""


async def measure_sockets(folder: Path, sessions: int, seconds: float, ear: str) -> dict[str, object]:
    """Stream and measure."""
    data, port, users = folder / "data", free_port(), -(-sessions // MAX_CONNECTIONS)
    encounters = opened(data, port, sessions, users)
    server = start(data, port, ear)
    try:
        accounts = [await Account.sign_in(f"http://127.0.0.1:{port}", f"user{n}", PASSWORD) for n in range(users)]
        lines = [Line(encounter, TALK) for encounter in encounters]
        for number, line in enumerate(lines):
            await line.open(accounts[number % users], "127.0.0.1", port)
        used, began, own = cpu_seconds(server.pid), time.monotonic(), time.process_time()
        behind = await stream(lines, seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.gather(*(line.all_acked() for line in lines))
        took = time.monotonic() - began
        used, own = cpu_seconds(server.pid) - used, time.process_time() - own
        for line in lines:
            line.close()
        for account in accounts:
            await account.close()
    finally:
        server.kill()
        server.wait()
    latencies = sorted(latency for line in lines for latency in line.latencies)
    unacknowledged = sum(line.sent - line.acked for line in lines) / SAMPLE_RATE
    return {
        "sessions": sessions,
        "seconds": seconds,
        "ear": ear,
        "frames": len(latencies),
        "p50_ms": round(1000 * at(latencies, 0.50)),
        "p99_ms": round(1000 * at(latencies, 0.99)),
        "max_ms": round(1000 * latencies[-1]),
        "unacknowledged_s": round(unacknowledged, 2),
        "took_s": round(took, 1),
        "server_cpu_s": round(used, 1),
        "client_cpu_s": round(own, 1),
        "client_behind_ms": round(1000 * behind),
    }


async def stream(lines: Sequence[Line], seconds: float) -> float:
    """Send a frame of every line each tenth of a second; return how late a frame was sent at most."""
    began, behind = time.monotonic(), 0.0
    for number in range(int(seconds / FRAME_S) * SLOTS):
        due = began + number * FRAME_S / SLOTS
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        behind = max(behind, time.monotonic() - due)
        for line in lines[number % SLOTS :: SLOTS]:
            line.send()
    return behind


def opened(data: Path, port: int, encounters: int, users: int) -> list[str]:
    """Users, and encounters that may be recorded."""
    with closing(Store.open(settings(data, port))) as store:
        people = [store.add_user(f"user{n}", f"Dr {n}", "clinician", PASSWORD) for n in range(users)]
        ids = []
        for number in range(encounters):
            owner = people[number % users].id
            visit = store.open_encounter(owner, f"ehr-{number}", Chart(patient_name="Example"), "soap").id
            store.record_consent(owner, visit, True)
            ids.append(str(visit))
    return ids


def at(ordered: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
