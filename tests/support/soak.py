"""Long ways of breaking the server, each answering with what was lost. The tests run them short, ``make soak`` long.

Servers are forked from one process that has their code imported (:mod:`support.nursery`), so a restart takes a
fraction of a second. Their final pass writes every word in capitals: a sentence in small letters that points into a
final transcript, or the other way round, was torn from its evidence.
"""

import asyncio
import contextlib
import hashlib
import math
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
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
from app.wire.messages import Status, TurnEvent, Welcome
from support.ehr import signed_visit
from support.engines import said, speech
from support.nursery import Nursery
from support.proxy import FaultProxy
from support.raw import holding
from support.server import Process, prepare, settings, sign_in
from visit.ids import EncounterId
from visit.submissions import SubmissionState

AT_ONCE = 6
"""Visits that are recorded at the same time."""

LIFE_S = 0.8
"""How long a server lives on average once it answers: often too short to do anything, now and then long enough."""

KILLS_A_BATCH = 30
"""After so many kills the visits of a server are left to end, and new ones are begun on an empty record."""

END_S = 120.0
"""A visit that has not ended so long after it was last disturbed never does."""

SEARCHED = 40
"""Things said that the files are searched for, the longest ones."""

Tell = Callable[[str], None]


@dataclass
class Tally:
    """What was done, and what was lost by it: everything below ``visits`` must stay 0.

    ``moments`` are the states that visits were in when their server was killed.
    """

    faults: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    visits: int = 0
    not_ended: int = 0
    samples_lost: int = 0
    words_lost: int = 0
    events_missing: int = 0
    evidence_torn: int = 0
    filed_twice: int = 0
    not_filed: int = 0
    audit_gaps: int = 0
    plaintext_files: int = 0

    @property
    def losses(self) -> int:
        """Everything that must not happen, added up."""
        return sum(count for name, count in vars(self).items() if name not in ("faults", "moments", "visits"))

    def add(self, other: "Tally") -> None:
        """Count another run in."""
        for name in vars(self):
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Visit:
    """One visit, recorded to its end over whatever line there is, and what its client saw."""

    def __init__(self, account: Account, encounter: str, words: tuple[int, ...], line: str | None = None) -> None:
        self.encounter, self.words = EncounterId(encounter), words
        self.client = LiveClient(account, encounter, line=line)
        self.events: list[int] = []
        self.turns: dict[int, Any] = {}
        self.state = "open"
        self.begun = asyncio.Event()
        self.ended = asyncio.create_task(self._record())

    async def _record(self) -> None:
        async with self.client as client:
            await client.play(speech(*self.words), speed=8)
            client.stop()
            async for message in client:
                if getattr(message, "event", 0):
                    self.events.append(message.event)
                if isinstance(message, Status | Welcome):
                    self.state = message.state
                    self.begun.set()
                if isinstance(message, TurnEvent):
                    self.turns[message.turn.index] = message.turn
                if isinstance(message, Status) and message.detail in ("final.done", "final.failed"):
                    return

    def stands(self, store: Store) -> str:
        """All that says why it did not end; nothing that was said."""
        kept, events = store.encounter(self.encounter), store.events(self.encounter)
        told = [event.get("detail") or event["state"] for event in events if event["type"] == "status"]
        client, task = self.client, self.ended
        return (
            f"visit {self.encounter}: {'cancelled' if task.cancelled() else task.exception()!r}; "
            f"stored: state {kept.state}, problem {kept.problem}, {kept.samples} samples, "
            f"final {store.has_final_transcript(self.encounter)}, {len(events)} events, told {told}; "
            f"client: captured {client.captured}, acknowledged {client.acked}, {client.connections} connections, "
            f"last event {client.last_event}"
        )


def talk(chance: random.Random, words: int) -> tuple[int, ...]:
    """What is said in a visit."""
    return tuple(chance.choices([0, *range(2, 40)], k=words))


def server(home: Path, nursery: Nursery) -> Process:
    """A server with an empty record."""
    home.mkdir(parents=True)
    return Process(home / "data", free_port(), nursery, "revised")


@contextlib.asynccontextmanager
async def visits_on(
    server: Process, chance: random.Random, words: int, proxy: FaultProxy | None = None
) -> AsyncIterator[list[Visit]]:
    """Visits that are being recorded on a server; the server is gone in the end."""
    with contextlib.closing(reopened(server)) as store:
        encounters = prepare(store, AT_ONCE)
    server.start()
    try:
        await server.ready()
        account = await sign_in(server.base)
        visits = [Visit(account, encounter, talk(chance, words), proxy and proxy.url) for encounter in encounters]
        yield visits
        for visit in visits:
            visit.ended.cancel()
        await account.close()
    finally:
        server.kill()


def reopened(server: Process) -> Store:
    """The record that a server left, or is to find."""
    return Store.open(settings(server.data_dir, server.port))


async def ended(visits: Sequence[Visit]) -> None:
    """Give visits that nobody disturbs any more the time to end."""
    _, late = await asyncio.wait([visit.ended for visit in visits], timeout=END_S)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)


def examine(server: Process, visits: Sequence[Visit], tell: Tell) -> Tally:
    """Hold what is stored against what was said."""
    tally, said_there = Tally(visits=len(visits)), [speech(7)[:2000]]
    with contextlib.closing(reopened(server)) as store:
        for visit in visits:
            transcript = store.transcript(visit.encounter)
            said_there += [turn.text.encode() for turn in transcript.turns if " " in turn.text] if transcript else []
            if visit.ended.cancelled() or visit.ended.exception() is not None:
                tally.not_ended += 1
                tell(visit.stands(store))
            else:
                compare(store, visit, tally)
        try:
            store.integrity()
            store.verify_audit(checkpoints.read(server.data_dir / checkpoints.FILE))
        except SidenoteError:
            tally.audit_gaps += 1
    # The record, the log and the server's temporary files.
    longest = sorted(said_there, key=len)[-SEARCHED:]
    tally.plaintext_files += len(holding(server.data_dir.parent, *longest))
    return tally


def compare(store: Store, visit: Visit, tally: Tally) -> None:
    """Count what one visit lost."""
    pcm, spoken = speech(*visit.words), [f"w{word}" for word in visit.words if word]
    stored, transcript = store.audio(visit.encounter), store.transcript(visit.encounter)
    turns = transcript.turns if transcript else ()
    tally.samples_lost += 0 if stored == pcm else max(1, (len(pcm) - len(stored)) // 2)
    tally.samples_lost += max(0, visit.client.acked - len(stored) // 2)
    tally.words_lost += said(turns) != [word.upper() for word in spoken]
    tally.words_lost += said([visit.turns[index] for index in sorted(visit.turns)]) != spoken
    tally.events_missing += visit.events != list(range(1, len(visit.events) + 1))
    said_at = {turn.index: turn.text for turn in turns}
    for sentence in store.note(visit.encounter).note.sentences:
        tally.evidence_torn += sentence.text not in [said_at.get(index) for index in sentence.evidence]


async def kills(
    nursery: Nursery, folder: Path, count: int, seed: int, tell: Tell = print, until: float = math.inf
) -> Tally:
    """SIGKILL the server ``count`` times while visits are recorded, finished and heard again.

    From ``until`` on (``time.monotonic``) nothing more is broken, here and in the other ways: what was begun ends.
    """
    tally, chance, batch = Tally(), random.Random(seed), 0
    while tally.faults["SIGKILL"] < count and time.monotonic() < until:
        batch += 1
        most = min(KILLS_A_BATCH, count - tally.faults["SIGKILL"])
        home = server(folder / f"kills-{seed}-{batch}", nursery)
        tally.add(await _killed_batch(home, most, chance, tell, until))
        tell(f"{tally.faults['SIGKILL']} of {count} kills, {tally.visits} visits, {tally.losses} losses")
    return tally


async def _killed_batch(server: Process, most: int, chance: random.Random, tell: Tell, until: float) -> Tally:
    killed, moments = 0, Counter[str]()
    async with visits_on(server, chance, words=30) as visits:
        await asyncio.wait([asyncio.create_task(visit.begun.wait()) for visit in visits], timeout=END_S)
        while killed < most and time.monotonic() < until and not all(visit.ended.done() for visit in visits):
            await asyncio.sleep(chance.expovariate(1 / LIFE_S))
            server.kill()
            killed += 1
            moments.update(visit.state for visit in visits if not visit.ended.done())
            server.start()
            await server.ready()
        await ended(visits)
    tally = examine(server, visits, tell)
    tally.faults["SIGKILL"], tally.moments = killed, moments
    return tally


async def bad_lines(
    nursery: Nursery, folder: Path, count: int, seed: int, tell: Tell = print, until: float = math.inf
) -> Tally:
    """Break the WebSocket ``count`` times in every way that :mod:`support.proxy` knows."""
    tally, chance, batch = Tally(), random.Random(seed), 0
    while tally.faults.total() < count and time.monotonic() < until:
        batch += 1
        most = count - tally.faults.total()
        home = server(folder / f"lines-{seed}-{batch}", nursery)
        tally.add(await _broken_batch(home, most, chance, tell, until))
        tell(f"{tally.faults.total()} of {count} line faults, {tally.visits} visits, {tally.losses} losses")
    return tally


async def _broken_batch(server: Process, most: int, chance: random.Random, tell: Tell, until: float) -> Tally:
    async with FaultProxy(server.port, chance, mean_bytes=40_000, most=most) as proxy:
        async with visits_on(server, chance, words=60, proxy=proxy) as visits:
            while not all(visit.ended.done() for visit in visits) and proxy.happened.total() < most:
                before, left = proxy.happened.total(), max(0.0, until - time.monotonic())
                await asyncio.wait([visit.ended for visit in visits], timeout=min(END_S, left))
                if proxy.happened.total() == before or left < END_S:
                    break
            proxy.most = 0
            await ended(visits)
        tally = examine(server, visits, tell)
        tally.faults = proxy.happened
    return tally


def filing_kills(
    nursery: Nursery, folder: Path, count: int, seed: int, tell: Tell = print, until: float = math.inf
) -> Tally:
    """SIGKILL the filing of a signed note ``count`` times, some before, some while, some after it was sent."""
    tally, chance, visits = Tally(), random.Random(seed), 0
    with Sandbox(folder / "ehr") as sandbox:
        while tally.faults["SIGKILL while filing"] < count and time.monotonic() < until:
            visits += 1
            tally.add(_killed_filing(folder / f"filing-{visits}", sandbox, nursery, chance))
            tell(f"{tally.faults['SIGKILL while filing']} of {count} filings killed, {tally.losses} losses")
    return tally


def _killed_filing(folder: Path, sandbox: Sandbox, nursery: Nursery, chance: random.Random) -> Tally:
    visit = signed_visit(folder, encounter_id(SAMPLE_PATIENT))
    visit.store.close()
    tally = Tally(visits=1)
    for _ in range(2):
        filer = nursery.fork("support.filer", [str(folder), sandbox.url, visit.encounter], folder / "filer.log")
        time.sleep(chance.uniform(0.05, 0.3))
        tally.faults["SIGKILL while filing"] += filer.poll() is None
        filer.kill()
        filer.wait()
    store = Store.open(settings(folder, 8000))
    filing = Filing(Ehr(Access(sandbox.url, timeout_s=60), US_CORE), store)
    submission = filing.submit(visit.user.id, visit.encounter)
    if submission.state is SubmissionState.UNKNOWN:
        # A person looked, and it is not there: only then is it sent again.
        with contextlib.suppress(SidenoteError):
            filing.release(visit.user.id, visit.encounter)
        submission = filing.submit(visit.user.id, visit.encounter)
    params = {"identifier": f"{NOTE_SYSTEM}|{visit.encounter}.{submission.note_version}"}
    answer = httpx.get(f"{sandbox.url}/DocumentReference", params=params, trust_env=False, timeout=60)
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
