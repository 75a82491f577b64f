"""Long ways of breaking the server, each answering with what was lost. The tests run them short, ``make soak`` long."""

import asyncio
import contextlib
import hashlib
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.ehr.client import Access, Ehr
from app.ehr.document import NOTE_SYSTEM
from app.ehr.filing import Filing
from app.ehr.profiles import US_CORE
from app.ehr.sandbox import Sandbox, free_port
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.errors import SidenoteError
from app.live.client import Account, LiveClient
from app.security import checkpoints
from app.store import Store
from app.wire.messages import Status, TurnEvent
from support.ehr import signed_visit
from support.engines import said, speech
from support.proxy import FaultProxy
from support.raw import holding
from support.server import Process, prepare, settings, sign_in
from visit.submissions import SubmissionState

ROOT = Path(__file__).parents[2]
AT_ONCE = 4
"""Visits that are recorded at the same time."""

Tell = Callable[[str], None]


@dataclass
class Tally:
    """What was done, and what was lost by it: everything below ``visits`` must stay 0."""

    faults: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    samples_lost: int = 0
    words_lost: int = 0
    events_missing: int = 0
    filed_twice: int = 0
    not_filed: int = 0
    audit_gaps: int = 0
    plaintext_files: int = 0

    @property
    def losses(self) -> int:
        """Everything that must not happen, added up."""
        return sum(count for name, count in vars(self).items() if name not in ("faults", "visits"))

    def add(self, other: "Tally") -> None:
        """Count another run in."""
        self.faults += other.faults
        for name in vars(self):
            if name != "faults":
                setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Heard:
    """What one client saw of its visit."""

    events: list[int] = field(default_factory=list)
    turns: dict[int, Any] = field(default_factory=dict)
    acked: int = 0


def talk(seed: int, words: int = 30) -> tuple[int, ...]:
    """What is said in a visit."""
    return tuple(random.Random(seed).choices([0, *range(2, 40)], k=words))


async def record(account: Account, encounter: str, words: tuple[int, ...], line: str | None = None) -> Heard:
    """Record a visit to its end, over whatever line there is."""
    heard = Heard()
    async with asyncio.timeout(240), LiveClient(account, encounter, line=line) as client:
        await client.play(speech(*words), speed=8)
        client.stop()
        async for message in client:
            if getattr(message, "event", 0):
                heard.events.append(message.event)
            if isinstance(message, TurnEvent):
                heard.turns[message.turn.index] = message.turn
            if isinstance(message, Status) and message.detail in ("final.done", "final.failed"):
                break
        heard.acked = client.acked
    return heard


def examine(store: Store, data: Path, visits: dict[str, tuple[tuple[int, ...], Heard]]) -> Tally:
    """Hold what is stored against what was said."""
    tally = Tally(visits=len(visits))
    for encounter, (words, heard) in visits.items():
        pcm, spoken = speech(*words), [f"w{word}" for word in words if word]
        stored = store.audio(encounter)
        tally.samples_lost += 0 if stored == pcm else max(1, (len(pcm) - len(stored)) // 2)
        tally.samples_lost += max(0, heard.acked - len(stored) // 2)
        written = said(store.transcript(encounter).turns)
        live = said([heard.turns[index] for index in sorted(heard.turns)])
        tally.words_lost += (written != spoken) + (live != spoken)
        tally.events_missing += heard.events != list(range(1, len(heard.events) + 1))
    try:
        store.integrity()
        store.verify_audit(checkpoints.read(data / checkpoints.FILE))
    except SidenoteError:
        tally.audit_gaps += 1
    tally.plaintext_files += len(holding(data, speech(7)[:2000]))
    return tally


async def kills(folder: Path, count: int, seed: int, tell: Tell = print) -> Tally:
    """SIGKILL the server ``count`` times while visits are recorded, finished and heard again."""
    tally, chance, batch = Tally(), random.Random(seed), 0
    while tally.faults["SIGKILL"] < count:
        batch += 1
        home = folder / f"kills-{seed}-{batch}"
        home.mkdir(parents=True)
        tally.add(await _killed_batch(home, count - tally.faults["SIGKILL"], chance))
        tell(f"{tally.faults['SIGKILL']} of {count} kills, {tally.visits} visits, {tally.losses} losses")
    return tally


async def _killed_batch(folder: Path, most: int, chance: random.Random) -> Tally:
    server, killed = Process(folder / "data", free_port()), 0
    store = Store.open(settings(server.data_dir, server.port))
    encounters = prepare(store, AT_ONCE)
    store.close()
    try:
        server.start()
        await server.ready()
        account = await sign_in(server.base)
        said_in = {encounter: talk(chance.randrange(1 << 30)) for encounter in encounters}
        recording = [asyncio.create_task(record(account, e, words)) for e, words in said_in.items()]
        while killed < most and not all(task.done() for task in recording):
            await asyncio.sleep(chance.uniform(0.05, 1.2))
            if not all(task.done() for task in recording):
                killed += 1
                server.kill()
                server.start()
                await server.ready()
        heard = await asyncio.gather(*recording)
        await account.close()
    finally:
        server.kill()
    store = Store.open(settings(server.data_dir, server.port))
    visits = {e: (words, h) for (e, words), h in zip(said_in.items(), heard, strict=True)}
    tally = examine(store, server.data_dir, visits)
    store.close()
    tally.faults["SIGKILL"] = killed
    return tally


async def bad_lines(folder: Path, count: int, seed: int, tell: Tell = print) -> Tally:
    """Break the WebSocket ``count`` times in every way that :mod:`support.proxy` knows."""
    tally, batch = Tally(), 0
    while tally.faults.total() < count:
        batch += 1
        home = folder / f"lines-{seed}-{batch}"
        home.mkdir(parents=True)
        tally.add(await _broken_batch(home, count - tally.faults.total(), random.Random(seed * 1000 + batch)))
        tell(f"{tally.faults.total()} of {count} line faults, {tally.visits} visits, {tally.losses} losses")
    return tally


async def _broken_batch(folder: Path, most: int, chance: random.Random) -> Tally:
    server = Process(folder / "data", free_port())
    store = Store.open(settings(server.data_dir, server.port))
    encounters = prepare(store, AT_ONCE)
    store.close()
    server.start()
    try:
        await server.ready()
        account = await sign_in(server.base)
        said_in = {encounter: talk(chance.randrange(1 << 30), words=60) for encounter in encounters}
        async with FaultProxy(server.port, chance, mean_bytes=40_000, most=most) as proxy:
            heard = await asyncio.gather(*(record(account, e, w, proxy.url) for e, w in said_in.items()))
        await account.close()
    finally:
        server.kill()
    store = Store.open(settings(server.data_dir, server.port))
    visits = {e: (words, h) for (e, words), h in zip(said_in.items(), heard, strict=True)}
    tally = examine(store, server.data_dir, visits)
    tally.faults = proxy.happened
    store.close()
    return tally


FILER = """
import sys
from pathlib import Path
from app.ehr.client import Access, Ehr
from app.ehr.filing import Filing
from app.ehr.profiles import US_CORE
from app.settings import Settings
from app.store import Store
store = Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
filing = Filing(Ehr(Access(sys.argv[2], timeout_s=10), US_CORE), store)
sys.stdin.readline()
print("now", flush=True)
filing.submit(store.users()[0].id, sys.argv[3])
"""


def filing_kills(folder: Path, count: int, seed: int, tell: Tell = print) -> Tally:
    """SIGKILL the filing of a signed note ``count`` times, some before, some while, some after it was sent."""
    tally, chance, visits = Tally(), random.Random(seed), 0
    with Sandbox(folder / "ehr") as sandbox:
        while tally.faults["SIGKILL while filing"] < count:
            visits += 1
            tally.add(_killed_filing(folder / f"filing-{visits}", sandbox, chance))
            tell(f"{tally.faults['SIGKILL while filing']} of {count} filings killed, {tally.losses} losses")
    return tally


def _killed_filing(folder: Path, sandbox: Sandbox, chance: random.Random) -> Tally:
    visit = signed_visit(folder, encounter_id(SAMPLE_PATIENT))
    visit.store.close()
    tally = Tally(visits=1)
    command = [sys.executable, "-c", FILER, str(folder), sandbox.url, visit.encounter]
    for _ in range(2):
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.12))
            tally.faults["SIGKILL while filing"] += process.poll() is None
            process.kill()
    store = Store.open(settings(folder, 8000))
    filing = Filing(Ehr(Access(sandbox.url, timeout_s=10), US_CORE), store)
    submission = filing.submit(visit.user.id, visit.encounter)
    if submission.state is SubmissionState.UNKNOWN:
        # A person looked, and it is not there: only then is it sent again.
        with contextlib.suppress(SidenoteError):
            filing.release(visit.user.id, visit.encounter)
        submission = filing.submit(visit.user.id, visit.encounter)
    params = {"identifier": f"{NOTE_SYSTEM}|{visit.encounter}.{submission.note_version}"}
    answer = httpx.get(f"{sandbox.url}/DocumentReference", params=params, trust_env=False, timeout=30)
    total = answer.json()["total"]
    tally.not_filed += total < 1 or submission.state is not SubmissionState.FILED
    tally.filed_twice += max(0, total - 1)
    digest = hashlib.sha256(store.signed_text(visit.encounter)).hexdigest()
    tally.not_filed += submission.sha256 != digest
    try:
        store.integrity()
    except SidenoteError:
        tally.audit_gaps += 1
    store.close()
    return tally
