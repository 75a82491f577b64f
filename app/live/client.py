"""A client of the protocol in Python: what the demo, the measurements and the tests speak to the server with.

It keeps the rules of ``docs/protocol.md``: audio is kept until acknowledged, a lost line is resumed from what the
server has stored, and every numbered event is seen once.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any, Final, Self

import httpx
import websockets
from websockets.asyncio.client import ClientConnection, connect

from app.errors import Conflict, SidenoteError, Unavailable
from app.wire import frames
from app.wire.messages import PROTOCOL, Ack, ErrorMessage, Hello, ServerMessage, Stop, Welcome, server_message
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

FRAME_SAMPLES: Final = SAMPLE_RATE // 10
WINDOW_SAMPLES: Final = 20 * SAMPLE_RATE
"""Samples sent but not acknowledged, at most."""

RETRY_S: Final = 1.0
FIRST_RETRY_S: Final = 0.1
LONGEST_RETRY_S: Final = 5.0
FINAL_CLOSE_CODES: Final = frozenset({1008, 4401, 4403, 4404, 4409})
"""Close codes after which connecting again is no use."""


def _is_here(url: str) -> bool:
    """Whether a server is on this machine, so that no proxy leads to it."""
    return httpx.URL(url).host in ("127.0.0.1", "localhost", "::1")


class Account:
    """A signed-in user of one server. ``http`` carries the session cookie and the CSRF token."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """Use :meth:`sign_in`."""
        self.http = http

    @classmethod
    async def sign_in(cls, base_url: str, username: str, password: str) -> Self:
        """Sign in with a password."""
        headers, beyond = {"Origin": base_url.rstrip("/")}, not _is_here(base_url)
        http = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=30.0, trust_env=beyond)
        account = cls(http)
        try:
            session = await account.call("POST", "/api/session", {"username": username, "password": password})
        except BaseException:
            await http.aclose()
            raise
        http.headers["X-CSRF-Token"] = session["csrf"]
        return account

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """One request; returns the decoded answer or raises the error that the server named."""
        try:
            answer = await self.http.request(method, path, json=body)
        except httpx.TransportError:
            raise Unavailable("The server does not answer.", code="unavailable.server") from None
        if answer.is_success:
            return answer.json() if answer.content else None
        try:
            problem = answer.json()
        except ValueError:
            problem = {}
        raise Refused(str(problem.get("detail", answer.reason_phrase)), code=str(problem.get("code", "broken.answer")))

    async def close(self) -> None:
        """Close connections; the session lives until it is ended or expires."""
        await self.http.aclose()


class Refused(SidenoteError):
    """The server refused; ``code`` says why."""


class LiveClient:
    """One visit over one line at a time: ``async with`` it, :meth:`play` or :meth:`capture`, iterate over it.

    Iteration yields every message of the server and ends when the client is closed; it raises what the server
    refused for good.
    """

    def __init__(
        self,
        account: Account,
        encounter_id: str,
        *,
        mode: str = "record",
        channels: int = 1,
        last_event: int = 0,
        line: str | None = None,
    ) -> None:
        """``last_event`` is the last event seen before; ``line`` is the URL to dial when it is not the account's."""
        self._account = account
        self._id = encounter_id
        self._mode = mode
        self._channels = channels
        self._url = line
        self._recorder = secrets.token_hex(8)
        self._kept = bytearray()
        self._base = 0
        self._next = 0
        self._epoch = 0
        self._sequence = 0
        self._stop = False
        self._stop_sent = False
        self._hold_until = 0.0
        self._retry_s = FIRST_RETRY_S
        self._changed = asyncio.Event()
        self._welcomed = asyncio.Event()
        self._messages: asyncio.Queue[ServerMessage | Exception] = asyncio.Queue()
        self._line: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self.last_event = last_event
        self.acked = 0
        self.connections = 0

    @property
    def captured(self) -> int:
        """The first sample that was not captured yet."""
        return self._base + len(self._kept) // self._width

    @property
    def _held(self) -> bool:
        return time.monotonic() < self._hold_until

    @property
    def _width(self) -> int:
        return BYTES_PER_SAMPLE * self._channels

    async def __aenter__(self) -> Self:
        """Connect and wait for the first welcome."""
        self._task = asyncio.create_task(self._keep_connected())
        welcomed = asyncio.create_task(self._welcomed.wait())
        await asyncio.wait({self._task, welcomed}, return_when=asyncio.FIRST_COMPLETED)
        if not self._welcomed.is_set():
            welcomed.cancel()
            await self._task
        return self

    async def __aexit__(self, *_: object) -> None:
        """Disconnect."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def capture(self, pcm: bytes) -> None:
        """Take samples from the microphone."""
        self._kept += pcm
        self._changed.set()

    async def play(self, pcm: bytes, speed: float = 1.0) -> None:
        """Capture ``pcm`` in frames, ``speed`` times as fast as it was spoken."""
        start, size = time.monotonic(), FRAME_SAMPLES * self._width
        for sent in range(0, len(pcm), size):
            due = start + (sent + size) / self._width / SAMPLE_RATE / speed
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.capture(pcm[sent : sent + size])

    def stop(self) -> None:
        """The visit is over: once all is sent, say so."""
        self._stop = True
        self._changed.set()

    async def drop(self) -> None:
        """Cut the line, as a tunnel would; the client comes back by itself."""
        if self._line is not None:
            self._line.transport.abort()
            await asyncio.sleep(0)

    async def __aiter__(self) -> AsyncIterator[ServerMessage]:
        """Every message, in order."""
        while True:
            message = await self._messages.get()
            if isinstance(message, Exception):
                raise message
            yield message

    async def _keep_connected(self) -> None:
        """Connect again and again until that is no use; the longer nobody answers, the seldomer."""
        while True:
            try:
                await self._connected()
            except (OSError, TimeoutError, websockets.InvalidHandshake, Unavailable):
                self._retry_s = min(self._retry_s * 2, LONGEST_RETRY_S)
            except websockets.ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code in FINAL_CLOSE_CODES:
                    self._fail(Refused("The server closed the connection.", code=closed.rcvd.reason))
                    return
            except Exception as error:
                self._fail(error)
                if not self._welcomed.is_set():
                    raise
                return
            await asyncio.sleep(self._retry_s)

    def _fail(self, error: Exception) -> None:
        self._messages.put_nowait(error)

    async def _connected(self) -> None:
        """One connection from ticket to close."""
        ticket = (await self._account.call("POST", f"/api/encounters/{self._id}/ticket"))["ticket"]
        base = str(self._account.http.base_url).rstrip("/")
        url = self._url or base
        async with connect(
            url.replace("http", "ws", 1) + "/api/stream",
            subprotocols=[websockets.Subprotocol(PROTOCOL), websockets.Subprotocol(f"ticket.{ticket}")],
            origin=websockets.Origin(base),
            compression=None,
            max_size=None,
            proxy=None if _is_here(url) else True,
        ) as line:
            self._line = line
            await self._greet(line)
            sender = asyncio.create_task(self._send_audio(line)) if self._mode == "record" else None
            try:
                async for text in line:
                    self._hear(server_message.validate_json(text))
            finally:
                self._line = None
                if sender is not None:
                    sender.cancel()
                    await asyncio.gather(sender, return_exceptions=True)

    async def _greet(self, line: ClientConnection) -> None:
        """Say hello until welcomed; a visit that was stopped meanwhile is watched."""
        while True:
            hello = Hello.model_validate(
                {
                    "encounter_id": self._id,
                    "mode": self._mode,
                    "channels": self._channels,
                    "last_event": self.last_event,
                    "recorder": self._recorder,
                }
            )
            await line.send(hello.model_dump_json())
            message = server_message.validate_json(await line.recv())
            if isinstance(message, Welcome):
                self._welcome(message)
                return
            if isinstance(message, ErrorMessage):
                if message.code == "conflict.closed" and self._stop:
                    self._mode = "watch"
                elif message.code == "conflict.recorder" and self._welcomed.is_set():
                    await asyncio.sleep(RETRY_S)
                else:
                    raise Conflict(message.message, code=message.code)

    def _welcome(self, welcome: Welcome) -> None:
        if not self._welcomed.is_set():
            self._base = welcome.next_sample
        self.connections += 1
        self._retry_s = FIRST_RETRY_S
        self._epoch, self._sequence, self._stop_sent = welcome.epoch, 0, False
        self._next = max(welcome.next_sample, self._base)
        self._forget(welcome.next_sample)
        self._welcomed.set()
        self._messages.put_nowait(welcome)

    def _hear(self, message: ServerMessage) -> None:
        match message:
            case Ack():
                self._forget(message.durable_through)
                self._changed.set()
            case ErrorMessage():
                if message.next_sample is not None:
                    self._next = max(message.next_sample, self._base)
                    self._stop_sent = False
                    self._hold_until = time.monotonic() + (RETRY_S if message.retryable else 0.0)
                    self._changed.set()
        event = getattr(message, "event", 0)
        if event:
            self.last_event = event
        self._messages.put_nowait(message)

    def _forget(self, durable: int) -> None:
        """Audio that is on the server's disk need not be kept."""
        self.acked = max(self.acked, durable)
        done = min(durable, self.captured) - self._base
        if done > 0:
            del self._kept[: done * self._width]
            self._base += done

    async def _send_audio(self, line: ClientConnection) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                self._changed.clear()
                await asyncio.sleep(max(0.0, self._hold_until - time.monotonic()))
                while self._next < min(self.captured, self.acked + WINDOW_SAMPLES) and not self._held:
                    await line.send(frames.encode(self._frame()))
                if self._stop and not self._stop_sent and self._next == self.captured:
                    self._stop_sent = True
                    await line.send(Stop(samples=self.captured).model_dump_json())
                if not self._held:
                    await self._changed.wait()

    def _frame(self) -> frames.Frame:
        first = max(self._next, self._base)
        start = (first - self._base) * self._width
        pcm = bytes(self._kept[start : start + FRAME_SAMPLES * self._width])
        frame = frames.Frame(self._epoch, self._sequence, first, pcm, self._channels)
        self._next = frame.end
        self._sequence += 1
        return frame
