"""Bad lines and slow clients: the visit goes on, memory stays bounded, nothing captured is lost."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import websockets
from support.engines import WORD, said, speech
from support.proxy import FaultProxy
from support.server import prepare, serving, sign_in
from websockets.asyncio.client import connect

from app.live import ws
from app.live.client import Account, LiveClient
from app.wire.frames import Frame, encode
from app.wire.messages import Status, server_message

pytestmark = pytest.mark.fault

TALK = (2, 4, 3, 0, 6, 5, 7, 8, 0, 10, 12)
WORDS = [f"w{word}" for word in TALK if word]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Any]:
    async with serving(tmp_path / "data") as server:
        (server.encounter,) = prepare(server.store)
        yield server


@pytest.fixture
async def ada(server: Any) -> AsyncIterator[Account]:
    account = await sign_in(server.base)
    yield account
    await account.close()


async def test_a_line_that_breaks_every_few_frames(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        (encounter,) = prepare(server.store)
        port = int(server.base.rsplit(":", 1)[1])
        async with FaultProxy(port, random.Random(4), mean_bytes=60_000, kinds=("cut",)) as proxy:
            account = await sign_in(server.base)
            async with (
                asyncio.timeout(60),
                LiveClient(account, encounter, line=proxy.url) as client,
            ):
                await client.play(speech(*TALK), speed=8)
                client.stop()
                async for message in client:
                    if isinstance(message, Status) and message.detail == "final.done":
                        break
            await account.close()
            assert proxy.happened["cut"] >= 1
        assert server.store.audio(encounter) == speech(*TALK)
        assert said(server.store.transcript(encounter).turns) == WORDS


async def test_a_client_that_reads_nothing_is_let_go_and_the_visit_goes_on(
    server: Any, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = (await ada.call("POST", f"/api/encounters/{server.encounter}/ticket"))["ticket"]
    watcher = await connect(
        server.base.replace("http", "ws") + "/api/stream",
        subprotocols=[websockets.Subprotocol("sidenote.v1"), websockets.Subprotocol(f"ticket.{made}")],
        origin=websockets.Origin(server.base),
        max_queue=1,
    )
    await watcher.send(json.dumps({"type": "hello", "encounter_id": server.encounter, "mode": "watch"}))
    await watcher.recv()
    watcher.transport.pause_reading()
    visits = server.app.state.visits
    big = Status(state="open", detail="x" * 60_000)
    runner = visits._runners[server.encounter]
    with monkeypatch.context() as impatient:
        impatient.setattr(ws, "SEND_S", 0.5)
        for _ in range(200):
            await runner.journal.record(big)
        async with asyncio.timeout(60):
            while runner.journal.lines:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    watcher.transport.abort()
    async with asyncio.timeout(60), LiveClient(ada, server.encounter, last_event=200) as client:
        await client.play(speech(*TALK), speed=8)
        client.stop()
        async for message in client:
            if isinstance(message, Status) and message.state == "drafted":
                break
    assert server.store.audio(server.encounter) == speech(*TALK)


async def test_ten_minutes_sent_at_once_are_all_stored(server: Any, ada: Account) -> None:
    talk = [2 + n % 20 // 10 for n in range(1200)]
    async with asyncio.timeout(60), LiveClient(ada, server.encounter) as client:
        client.capture(speech(*talk))
        client.stop()
        async for message in client:
            assert getattr(message, "code", None) is None, message
            if isinstance(message, Status) and message.state == "drafted":
                break
    assert server.store.samples(server.encounter) == 1200 * WORD
    assert said(server.store.live_turns(server.encounter)) == [f"w{word}" for word in talk]


async def test_a_client_that_ignores_the_window_is_held_back_not_refused(server: Any, ada: Account) -> None:
    made = (await ada.call("POST", f"/api/encounters/{server.encounter}/ticket"))["ticket"]
    line = await connect(
        server.base.replace("http", "ws") + "/api/stream",
        subprotocols=[websockets.Subprotocol("sidenote.v1"), websockets.Subprotocol(f"ticket.{made}")],
        origin=websockets.Origin(server.base),
    )
    await line.send(json.dumps({"type": "hello", "encounter_id": server.encounter}))
    epoch = json.loads(await line.recv())["epoch"]

    async def flood() -> None:
        for second in range(120):
            await line.send(encode(Frame(epoch, second, second * 16000, speech(2, 4))))

    flooding = asyncio.create_task(flood())
    acked = 0
    async with asyncio.timeout(60):
        while acked < 120 * 16000:
            message = server_message.validate_json(await line.recv())
            assert message.type != "error", message
            if message.type == "ack":
                acked = message.durable_through
    await flooding
    await line.close()
