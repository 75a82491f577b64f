"""The WebSocket endpoint ``/api/stream``: lets a connection in, then drives its session machine."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from app.errors import InvalidInput, NotAllowed, NotAuthenticated, SidenoteError, TooMuch, Unavailable
from app.live.journal import HangUp, Letter, Line, NotStored, Stored
from app.live.limits import Limits
from app.live.machine import Append, Attach, Close, Finish, Output, Phase, Send, Session
from app.live.runner import VisitRunner
from app.live.visits import Visits
from app.records import Ticket
from app.security.origins import allowed_origins, is_allowed
from app.settings import Settings
from app.wire.messages import PROTOCOL, Hello

if TYPE_CHECKING:
    from app.engines import Parts

log = logging.getLogger(__name__)

PATH: Final = "/api/stream"
TICKET_PREFIX: Final = "ticket."
MAX_CONNECTIONS: Final = 8
"""Connections of one user at a time."""

SEND_S: Final = 30.0
"""A client that takes nothing for this long is disconnected."""

RECORD_WITHIN_S: Final = 60.0
"""A connection begins to record so soon after its ticket, or with a new one: with the ticket it was checked whose visit
it is."""

TICK_S: Final = 1.0
SESSION_CHECK_S: Final = 60.0


def attach(app: FastAPI, settings: Settings, parts: "Parts", visits: Visits, limits: Limits | None = None) -> "Live":
    """Add the endpoint to ``app``; ``limits`` are for tests, the settings' otherwise."""
    live = Live(settings, parts, visits, limits or Limits(max_visit_s=settings.max_visit_s))
    app.state.live = live
    app.state.visits = visits
    app.router.add_websocket_route(PATH, live.endpoint)
    return live


class Live:
    """The door: who may connect, and every connection there is."""

    def __init__(self, settings: Settings, parts: "Parts", visits: Visits, limits: Limits) -> None:
        """Nobody is connected."""
        self._store = parts.store
        self._visits = visits
        self._origins = allowed_origins(settings)
        self._limits = limits
        self._connections: set[Connection] = set()

    async def endpoint(self, websocket: WebSocket) -> None:
        """Check everything before the connection is accepted, then serve it."""
        try:
            ticket = await self._admit(websocket)
        except SidenoteError as error:
            body = {"code": error.code, "detail": error.message}
            await websocket.send_denial_response(JSONResponse(body, error.http_status))
            return
        await websocket.accept(PROTOCOL)
        connection = Connection(websocket, ticket, self._visits, self._limits)
        self._connections.add(connection)
        watch = asyncio.create_task(self._watch_session(connection))
        try:
            await connection.serve()
        finally:
            watch.cancel()
            self._connections.discard(connection)

    @property
    def connected(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def session_ended(self, session: str) -> None:
        """Hang up every connection of a session that was signed out."""
        for connection in self._connections:
            if connection.ticket.session == session:
                connection.line.put(HangUp(NotAuthenticated("You were signed out.", code="auth.expired")))

    async def _admit(self, websocket: WebSocket) -> Ticket:
        headers = websocket.headers
        origin = headers.get("origin")
        if not is_allowed(origin, headers.get("sec-fetch-site"), self._origins):
            raise NotAllowed("Connections from this origin are not accepted.", code="auth.origin")
        offered = [name.strip() for name in headers.get("sec-websocket-protocol", "").split(",")]
        if PROTOCOL not in offered:
            raise InvalidInput(f"Offer the subprotocol {PROTOCOL}.", code="input.protocol")
        tickets = [name.removeprefix(TICKET_PREFIX) for name in offered if name.startswith(TICKET_PREFIX)]
        if len(tickets) != 1:
            raise NotAuthenticated("Bring one ticket.", code="auth.ticket")
        ticket = await asyncio.to_thread(self._store.redeem_ticket, tickets[0], origin or "")
        if sum(connection.ticket.user == ticket.user for connection in self._connections) >= MAX_CONNECTIONS:
            raise TooMuch("There are too many connections of this user.", code="limit.connections")
        return ticket

    async def _watch_session(self, connection: "Connection") -> None:
        """Hang up when the session that the ticket was made in is over. To record counts as a use of it."""
        session = connection.ticket.session
        while session is not None:
            await asyncio.sleep(SESSION_CHECK_S)
            # Talking to a patient is activity; a page left open is not.
            if not await asyncio.to_thread(self._store.session_alive, session, connection.recording):
                self.session_ended(session)
                return
            if not await asyncio.to_thread(self._store.may_read, connection.ticket.user, connection.ticket.encounter):
                connection.line.put(HangUp(NotAllowed("Your access has ended.", code="auth.ended")))
                return


class Connection:
    """Drives one :class:`Session` over one WebSocket."""

    def __init__(self, websocket: WebSocket, ticket: Ticket, visits: Visits, limits: Limits) -> None:
        """``websocket`` is accepted already."""
        self.ticket = ticket
        self.line = Line()
        self._websocket = websocket
        self._visits = visits
        self._since = time.monotonic()
        self._session = Session(ticket.encounter, limits, time.monotonic())
        self._runner: VisitRunner | None = None
        self._begun: set[asyncio.Task[None]] = set()
        self._order = asyncio.Lock()
        self._joined = asyncio.Event()
        self._stored = asyncio.Event()
        self._closed = asyncio.Event()

    @property
    def recording(self) -> bool:
        """Whether a visit is being recorded over it."""
        return self._session.phase is Phase.RECORDING

    async def serve(self) -> None:
        """Run until either side ends it. What the visit has begun goes on without this connection."""
        works = (self._read(), self._deliver(), self._tick(), self._closed.wait())
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(work) for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for failure in (task.exception() for task in done):
                if isinstance(failure, Exception):
                    await self._do(self._session.close(_unforeseen(failure)))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, *self._begun, return_exceptions=True)
            if self._runner is not None:
                self._runner.detach(self.line)

    async def _read(self) -> None:
        """What the client sends. Nothing is read while too much waits to be stored, so memory stays bounded."""
        while True:
            await self._until_there_is_room()
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text, data = message.get("text"), message.get("bytes")
            if text is not None:
                await self._do(self._session.text(text))
            elif data is not None:
                await self._do(self._session.binary(data, time.monotonic()))

    async def _until_there_is_room(self) -> None:
        while self._session.congested:
            self._stored.clear()
            await self._stored.wait()

    async def _deliver(self) -> None:
        """What the visit has to say, once it was joined."""
        await self._joined.wait()
        while not self.line.dead:
            await self._do(self._take(await self.line.get()))
        await self._do(self._session.close(Unavailable("The connection is too slow.", code="limit.slow")))

    def _take(self, letter: Letter) -> list[Output]:
        match letter:
            case Stored(durable):
                self._stored.set()
                return self._session.stored(durable)
            case NotStored(error):
                self._stored.set()
                return self._session.append_failed(error, time.monotonic())
            case HangUp(error):
                return self._session.close(error)
            case message:
                return self._session.event(message)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            await self._do(self._session.tick(time.monotonic()))

    async def _do(self, outputs: Iterable[Output]) -> None:
        """Carry out what the machine asks for, in order."""
        for output in outputs:
            match output:
                case Send(message):
                    await self._send(message.model_dump_json())
                case Append(first_sample, pcm):
                    if self._runner is not None:
                        self._runner.append(self.line, first_sample, pcm)
                case Attach(hello):
                    await self._to_the_end(self._attach(hello))
                case Finish():
                    await self._to_the_end(self._finish())
                case Close(code, reason):
                    await self._close(code, reason)

    async def _to_the_end(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that a client must not be able to break off halfway by hanging up."""
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        await asyncio.shield(task)

    async def _attach(self, hello: Hello) -> None:
        """Join the visit. Its events wait in the line until the welcome and what was missed are sent."""
        if hello.mode == "record" and time.monotonic() - self._since > RECORD_WITHIN_S:
            await self._do(self._session.close(Unavailable("Come back with a new ticket.", code="unavailable.ticket")))
            return
        async with self._order:
            try:
                self._runner, attachment = await self._visits.attach(
                    self.ticket.encounter, self.ticket.user, hello, self.line
                )
                outputs = self._session.attached(attachment)
            except SidenoteError as error:
                outputs = self._session.refused(error)
            except Exception as error:
                outputs = self._session.refused(_unforeseen(error))
            for output in outputs:
                if isinstance(output, Send):
                    await self._write(output.message.model_dump_json())
        if self._runner is not None:
            self._joined.set()

    async def _finish(self) -> None:
        if self._runner is None:
            return
        try:
            await self._runner.finish()
        except SidenoteError as error:
            await self._do(self._session.refused(error))
        except Exception as error:
            await self._do(self._session.refused(_unforeseen(error)))

    async def _send(self, text: str) -> None:
        async with self._order:
            await self._write(text)

    async def _write(self, text: str) -> None:
        """Send, or give the connection up when the client takes nothing."""
        try:
            async with asyncio.timeout(SEND_S):
                await self._websocket.send_text(text)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            self._closed.set()

    async def _close(self, code: int, reason: str) -> None:
        if self._websocket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._websocket.close(code, reason)
        self._closed.set()


def _unforeseen(error: Exception) -> SidenoteError:
    """What the client is told; the error's own message may quote the visit."""
    log.error("live session failed: %s", type(error).__name__)
    return SidenoteError("Something went wrong in the server. Nothing that was stored is lost.")
