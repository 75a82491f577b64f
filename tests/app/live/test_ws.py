"""The endpoint over a real socket: who gets in, what is refused, and a whole visit through the client."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import websockets
from support.engines import WORD, said, speech
from support.server import prepare, serving, sign_in
from websockets.asyncio.client import ClientConnection, connect

from app.live import ws
from app.live.client import Account, LiveClient, Refused
from app.live.machine import Session
from app.wire.frames import Frame, encode
from app.wire.messages import (
    Ack,
    CodesEvent,
    ErrorMessage,
    NoteEvent,
    Status,
    TranscriptEvent,
    TurnEvent,
    Welcome,
    server_message,
)

pytestmark = pytest.mark.integration

TALK = (2, 4, 3, 0, 6, 5, 7, 8, 0, 10, 12)
WORDS = [f"w{word}" for word in TALK if word]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Any]:
    async with serving(tmp_path / "data") as server:
        server.encounter, server.other = prepare(server.store, 2)
        yield server


@pytest.fixture
async def ada(server: Any) -> AsyncIterator[Account]:
    account = await sign_in(server.base)
    yield account
    await account.close()


async def ticket(account: Account, encounter: str) -> str:
    return str((await account.call("POST", f"/api/encounters/{encounter}/ticket"))["ticket"])


def dial(server: Any, *protocols: str, origin: str | None = "own") -> connect:
    return connect(
        server.base.replace("http", "ws") + "/api/stream",
        subprotocols=[websockets.Subprotocol(name) for name in protocols] or None,
        origin=websockets.Origin(server.base if origin == "own" else origin) if origin else None,
    )


async def line(server: Any, account: Account, **hello: Any) -> ClientConnection:
    """A connection after its hello."""
    made = await ticket(account, server.encounter)
    connection = await dial(server, "sidenote.v1", f"ticket.{made}")
    greeting = {"type": "hello", "encounter_id": server.encounter, **hello}
    await connection.send(json.dumps(greeting))
    return connection


async def answer(connection: ClientConnection, kind: str) -> Any:
    async with asyncio.timeout(60):
        while True:
            message = server_message.validate_json(await connection.recv())
            if message.type == kind:
                return message


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def until_final(client: LiveClient) -> list[Any]:
    seen = []
    async with asyncio.timeout(60):
        async for message in client:
            seen.append(message)
            if isinstance(message, Status) and message.detail == "final.done":
                return seen
    return seen


async def refusal(server: Any, *protocols: str, origin: str | None = "own") -> tuple[int, str]:
    with pytest.raises(websockets.InvalidStatus) as caught:
        await dial(server, *protocols, origin=origin)
    response = caught.value.response
    return response.status_code, json.loads(response.body)["code"]


async def test_a_whole_visit_through_the_client(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter) as client:
        await client.play(speech(*TALK), speed=8)
        client.stop()
        seen = await until_final(client)
    turns = [message.turn for message in seen if isinstance(message, TurnEvent)]
    assert said(turns) == WORDS
    assert client.acked == len(TALK) * WORD
    assert server.store.audio(server.encounter) == speech(*TALK)
    for kind in (NoteEvent, CodesEvent, TranscriptEvent):
        assert any(isinstance(message, kind) for message in seen), kind
    numbers = [message.event for message in seen if getattr(message, "event", 0)]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_line_that_is_cut_again_and_again_loses_nothing(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter) as client:
        playing = asyncio.create_task(client.play(speech(*TALK), speed=4))
        for lines in (1, 2, 3):
            await until(lambda lines=lines: client.connections == lines and client.acked > (lines - 1) * WORD)
            await client.drop()
        await playing
        client.stop()
        seen = await until_final(client)
    assert client.connections == 4
    assert server.store.audio(server.encounter) == speech(*TALK)
    assert said(server.store.transcript(server.encounter).turns) == WORDS
    numbers = [message.event for message in seen if getattr(message, "event", 0)]
    assert numbers == list(range(1, len(numbers) + 1)), "each event is seen once, in order"


async def test_a_line_that_is_cut_while_nobody_speaks_comes_back_and_loses_nothing(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter) as client, asyncio.timeout(60):
        await client.play(speech(*TALK[:6]), speed=8)
        async for message in client:
            if isinstance(message, Ack) and message.durable_through == 6 * WORD:
                await client.drop()  # nothing is on its way, and nothing is being said
            if isinstance(message, Welcome) and client.connections > 1:
                break
        await client.play(speech(*TALK[6:]), speed=8)
        client.stop()
        await until_final(client)
    assert server.store.audio(server.encounter) == speech(*TALK)
    assert said(server.store.transcript(server.encounter).turns) == WORDS


async def test_two_channels_arrive_as_two(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter, channels=2) as client:
        await client.play(speech(2, 3, channels=2), speed=8)
        client.stop()
        await until_final(client)
    encounter = server.store.encounter(server.encounter)
    assert (encounter.channels, encounter.samples) == (2, 2 * WORD)


async def test_the_ticket_is_checked_before_the_connection_is_accepted(server: Any, ada: Account) -> None:
    assert await refusal(server, "sidenote.v1") == (401, "auth.ticket")
    assert await refusal(server, "sidenote.v1", "ticket.invented") == (401, "auth.ticket")
    made = await ticket(ada, server.encounter)
    async with dial(server, "sidenote.v1", f"ticket.{made}") as connection:
        assert connection.subprotocol == "sidenote.v1", "the ticket is not echoed"
    assert await refusal(server, "sidenote.v1", f"ticket.{made}") == (401, "auth.ticket"), "a ticket works once"


async def test_other_origins_and_protocols_are_refused(server: Any, ada: Account) -> None:
    made = await ticket(ada, server.encounter)
    assert await refusal(server, "sidenote.v1", f"ticket.{made}", origin="https://evil.example") == (403, "auth.origin")
    assert await refusal(server, f"ticket.{made}") == (422, "input.protocol")


async def test_a_ticket_is_for_one_encounter(server: Any, ada: Account) -> None:
    connection = await line(server, ada, encounter_id=server.other)
    assert (await answer(connection, "error")).code == "conflict.ticket"
    await connection.close()


async def test_an_old_line_records_nothing_without_a_new_ticket(
    server: Any, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ws, "RECORD_WITHIN_S", -1.0)
    assert (await answer(await line(server, ada, mode="watch"), "welcome")).state == "open"
    recorder = await line(server, ada, mode="record")
    assert (await answer(recorder, "error")).code == "unavailable.ticket"
    await recorder.wait_closed()
    assert recorder.close_code == 1013
    assert server.store.encounter(server.encounter).state == "open"


async def test_two_recorders(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter):
        with pytest.raises(Exception, match="recorder") as caught:
            async with LiveClient(ada, server.encounter):
                pass
        assert getattr(caught.value, "code", "") == "conflict.recorder"


async def test_the_refused_recorder_may_watch_on_the_same_line(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter):
        connection = await line(server, ada, recorder="second")
        assert (await answer(connection, "error")).code == "conflict.recorder"
        await connection.send(f'{{"type":"hello","encounter_id":"{server.encounter}","mode":"watch"}}')
        assert (await answer(connection, "welcome")).state == "recording"
        await connection.close()


async def test_a_closed_encounter(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter) as client:
        await client.play(speech(*TALK), speed=8)
        client.stop()
        await until_final(client)
    connection = await line(server, ada)
    assert (await answer(connection, "error")).code == "conflict.closed"
    await connection.close()
    assert server.store.audio(server.encounter) == speech(*TALK)


async def test_stop_with_missing_samples_then_the_rest(server: Any, ada: Account) -> None:
    connection = await line(server, ada)
    epoch = (await answer(connection, "welcome")).epoch
    await connection.send(encode(Frame(epoch, 0, 0, speech(2))))
    await connection.send(f'{{"type":"stop","samples":{2 * WORD}}}')
    error = await answer(connection, "error")
    assert (error.code, error.next_sample) == ("conflict.samples", WORD)
    await connection.send(encode(Frame(epoch, 1, WORD, speech(3))))
    await connection.send(f'{{"type":"stop","samples":{2 * WORD}}}')
    while (await answer(connection, "status")).state != "drafted":
        pass
    await connection.close()
    assert server.store.samples(server.encounter) == 2 * WORD


async def test_bad_messages_are_refused_and_nothing_is_lost(server: Any, ada: Account) -> None:
    connection = await line(server, ada)
    epoch = (await answer(connection, "welcome")).epoch
    good = encode(Frame(epoch, 0, 0, speech(2)))
    for bad, code in [
        ("not json", "input.message"),
        ('{"type":"dance"}', "input.message"),
        (b"short", "input.frame.header"),
        (good[:-1] + b"\x55", "input.frame.checksum"),
        (encode(Frame(epoch, 0, WORD, speech(3))), "conflict.gap"),
        (encode(Frame(epoch + 1, 0, 0, speech(3))), "conflict.epoch"),
    ]:
        await connection.send(bad)
        error: ErrorMessage = await answer(connection, "error")
        assert error.code == code
        await asyncio.sleep(1.05 if code == "input.frame.checksum" else 0)
    await connection.send(good)
    await connection.send(good)
    while (await answer(connection, "ack")).durable_through != WORD:
        pass
    await connection.close()
    assert server.store.samples(server.encounter) == WORD


async def test_a_message_beyond_the_limit_closes_the_line_and_keeps_the_audio(server: Any, ada: Account) -> None:
    connection = await line(server, ada)
    epoch = (await answer(connection, "welcome")).epoch
    await connection.send(encode(Frame(epoch, 0, 0, speech(2))))
    await answer(connection, "ack")
    await connection.send(bytes(70_000))
    with pytest.raises(websockets.ConnectionClosedError) as caught:
        await answer(connection, "never")
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1009
    assert server.store.samples(server.encounter) == WORD


async def test_an_error_nobody_foresaw_ends_the_line_and_not_the_visit(
    server: Any, ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = await line(server, ada)
    await answer(connection, "welcome")

    def broken(*_: Any) -> None:
        raise KeyError("what was said")

    monkeypatch.setattr(Session, "binary", broken)
    await connection.send(b"audio")
    error = await answer(connection, "error")
    assert (error.code, "said" in error.message) == ("broken.internal", False)
    with pytest.raises(websockets.ConnectionClosedError):
        await answer(connection, "never")
    monkeypatch.undo()
    async with LiveClient(ada, server.encounter) as client:
        await client.play(speech(2, 3), speed=8)
        client.stop()
        await until_final(client)
    assert server.store.audio(server.encounter) == speech(2, 3)


async def test_withdrawn_consent_hangs_up_on_the_recorder(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter) as client:
        await client.play(speech(2), speed=8)
        await ada.call("POST", f"/api/encounters/{server.encounter}/consent", {"given": False})
        with pytest.raises(Refused) as caught:
            await until_final(client)
    assert caught.value.code == "conflict.consent"


async def test_signing_out_hangs_up(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter) as client:
        await client.play(speech(2), speed=8)
        await ada.call("DELETE", "/api/session")
        with pytest.raises(Refused) as caught:
            await until_final(client)
    assert caught.value.code == "auth.expired"


async def test_another_user_gets_no_ticket(server: Any) -> None:
    bob = await sign_in(server.base, "bob")
    with pytest.raises(Refused) as caught:
        await ticket(bob, server.encounter)
    assert caught.value.code == "not_found.encounter"
    await bob.close()


async def test_too_many_connections_of_one_user(server: Any, ada: Account) -> None:
    lines = [await line(server, ada, mode="watch") for _ in range(8)]
    made = await ticket(ada, server.encounter)
    assert await refusal(server, "sidenote.v1", f"ticket.{made}") == (429, "limit.connections")
    for connection in lines:
        await connection.close()


async def test_an_upload_is_seen_by_a_watcher(server: Any, ada: Account) -> None:
    async with LiveClient(ada, server.encounter, mode="watch") as client:
        answer = await ada.http.post(
            f"/api/encounters/{server.encounter}/upload",
            content=speech(*TALK),
            headers={"Content-Type": "audio/wav"},
        )
        assert answer.status_code == 202
        seen = await until_final(client)
    assert any(isinstance(message, NoteEvent) for message in seen)
    assert said(server.store.transcript(server.encounter).turns) == WORDS


async def test_an_idle_session_hangs_up(server: Any, ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ws, "SESSION_CHECK_S", 0.05)
    async with asyncio.timeout(60), LiveClient(ada, server.encounter, mode="watch") as client:
        desk = server.store._desk
        later = replace(desk, clock=lambda: time.time() + desk.settings.session_idle_s + 1)
        monkeypatch.setattr(server.store, "_desk", later)
        with pytest.raises(Refused) as caught:
            await until_final(client)
    assert caught.value.code == "auth.expired"


async def test_emergency_access_that_ended_hangs_up(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = await sign_in(server.base, "bob")
    await bob.call("POST", "/api/emergency-access", {"ehr_encounter_id": "ehr-0", "reason": "unconscious, no history"})
    monkeypatch.setattr(ws, "SESSION_CHECK_S", 0.2)
    async with asyncio.timeout(60), LiveClient(bob, server.encounter, mode="watch") as client:
        monkeypatch.setattr(server.store, "granted", lambda *_: False)
        with pytest.raises(Refused) as caught:
            await until_final(client)
    assert caught.value.code in ("auth.ended", "not_found.encounter")
    await bob.close()
