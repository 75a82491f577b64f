"""The server is killed without warning in the middle of a visit and started again: nothing acknowledged is lost.

``SIDENOTE_TEST_KILLS`` sets how many random moments are tried.
"""

import asyncio
import os
import random
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.engines import WORD, said, speech
from support.nursery import Nursery
from support.raw import holding, nameless
from support.server import Process, prepare, settings, sign_in

from app.ehr.sandbox import free_port
from app.live.client import Account, LiveClient
from app.security import checkpoints
from app.store import Store
from app.wire.messages import Ack, Status, TurnEvent

pytestmark = pytest.mark.fault

TALK = tuple(random.Random(7).choices([0, *range(2, 40)], k=40))  # noqa: S311
WORDS = [f"w{word}" for word in TALK if word]


@pytest.fixture
async def server(tmp_path: Path, request: pytest.FixtureRequest, nursery: Nursery) -> AsyncIterator[Process]:
    forked = "told_to_stop" not in request.node.name  # how a forked one ends, nobody knows
    server = Process(tmp_path / "data", free_port(), nursery if forked else None)
    store = Store.open(settings(server.data_dir, server.port))
    server.encounters = prepare(store)  # type: ignore[attr-defined]
    store.close()
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def ada(server: Process) -> AsyncIterator[Account]:
    await server.ready()
    account = await sign_in(server.base)
    yield account
    await account.close()


def reopened(server: Process) -> Store:
    return Store.open(settings(server.data_dir, server.port))


@pytest.mark.parametrize("seed", range(int(os.environ.get("SIDENOTE_TEST_KILLS", "3"))))
async def test_killed_while_recording(server: Process, ada: Account, seed: int) -> None:
    encounter = server.encounters[0]  # type: ignore[attr-defined]
    pcm = speech(*TALK)
    chance = random.Random(seed)  # noqa: S311
    acked = 0
    async with asyncio.timeout(60), LiveClient(ada, encounter) as client:
        playing = asyncio.create_task(client.play(pcm, speed=8))
        events, turns, stopped = [], {}, False
        kill_after = chance.uniform(0.3, 1.5)
        killer = asyncio.create_task(_kill_and_restart(server, kill_after))
        async for message in client:
            if isinstance(message, Ack):
                acked = max(acked, message.durable_through)
            if getattr(message, "event", 0):
                events.append(message.event)
            if isinstance(message, TurnEvent):
                turns[message.turn.index] = message.turn
            if playing.done() and not stopped:
                stopped = True
                client.stop()
            if isinstance(message, Status) and message.detail == "final.done":
                break
        await killer
        assert client.connections >= 2
    server.kill()
    store = reopened(server)
    try:
        assert acked == len(TALK) * WORD
        assert store.audio(encounter) == pcm, "every captured sample is stored once"
        assert said(store.transcript(encounter).turns) == WORDS  # type: ignore[union-attr]
        assert said([turns[index] for index in sorted(turns)]) == WORDS, "the live transcript is complete too"
        assert events == list(range(1, len(events) + 1)), "events go on without a gap across the restart"
        store.integrity()
    finally:
        store.close()


async def _kill_and_restart(server: Process, after_s: float) -> None:
    await asyncio.sleep(after_s)
    server.kill()
    server.start()
    await server.ready()


async def test_killed_in_the_middle_of_an_upload(server: Process, ada: Account) -> None:
    """What was received of it is in no file, neither then nor afterwards."""
    encounter, sound = server.encounters[0], speech(7)  # type: ignore[attr-defined]

    async def half() -> AsyncIterator[bytes]:
        yield sound * 200
        await asyncio.Event().wait()

    headers = {"Content-Type": "audio/wav"}
    sending = asyncio.create_task(
        ada.http.post(f"/api/encounters/{encounter}/upload", content=half(), headers=headers, timeout=60)
    )
    async with asyncio.timeout(60):
        while not nameless(server.data_dir, server.process.pid):  # type: ignore[union-attr]  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert holding(server.data_dir.parent, sound[:2000]) == []
    server.kill()
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert holding(server.data_dir.parent, sound[:2000]) == []


async def test_killed_right_after_an_acknowledgement(server: Process, ada: Account) -> None:
    encounter = server.encounters[0]  # type: ignore[attr-defined]
    async with asyncio.timeout(60), LiveClient(ada, encounter) as client:
        client.capture(speech(*TALK[:6]))
        async for message in client:
            if isinstance(message, Ack):
                server.kill()
                break
        acked = client.acked
    assert acked > 0
    store = reopened(server)
    try:
        assert store.audio(encounter)[: 2 * acked] == speech(*TALK[:6])[: 2 * acked]
    finally:
        store.close()


async def test_killed_while_finishing(server: Process, ada: Account) -> None:
    encounter = server.encounters[0]  # type: ignore[attr-defined]
    pcm = speech(*TALK)
    async with asyncio.timeout(60), LiveClient(ada, encounter) as client:
        await client.play(pcm, speed=16)
        client.stop()
        killed = False
        async for message in client:
            if isinstance(message, Status) and message.state == "finishing" and not killed:
                killed = True
                server.kill()
                server.start()
                await server.ready()
            if isinstance(message, Status) and message.detail in ("final.done", "final.failed"):
                break
    server.kill()
    store = reopened(server)
    try:
        assert store.encounter(encounter).state == "drafted"
        assert said(store.transcript(encounter).turns) == WORDS  # type: ignore[union-attr]
        assert [s.text for s in store.note(encounter).note.sentences]
    finally:
        store.close()


async def test_told_to_stop_while_recording_it_ends_well_and_loses_nothing(server: Process, ada: Account) -> None:
    encounter, pcm = server.encounters[0], speech(*TALK[:10])  # type: ignore[attr-defined]
    async with asyncio.timeout(60), LiveClient(ada, encounter) as client:
        client.capture(pcm)
        async for message in client:
            if isinstance(message, Ack) and message.durable_through == len(pcm) // 2:
                break
    process = server.process
    assert isinstance(process, subprocess.Popen)
    process.terminate()
    assert await asyncio.to_thread(process.wait, 60) in (0, -signal.SIGTERM)
    store = reopened(server)
    try:
        assert store.audio(encounter) == pcm
        assert store.encounter(encounter).state == "recording", "it can be gone on with"
        (*_, last) = checkpoints.read(checkpoints.file_of(settings(server.data_dir, server.port)))
        assert store.verify_audit([last])[0] == last.number, "the last act was a checkpoint of everything"
    finally:
        store.close()
