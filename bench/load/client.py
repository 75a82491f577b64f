"""A client that costs next to nothing, so that the server is measured and not the client.

It speaks just enough WebSocket (RFC 6455) for the protocol: its mask is zero, so a frame is sent as it lies in memory,
and of what the server says only acknowledgements are read.
"""

import asyncio
import base64
import json
import os
import struct
import time
from bisect import bisect_right

from app.live.client import FRAME_SAMPLES, Account
from app.wire import frames
from app.wire.messages import PROTOCOL

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
ACK = b'{"type":"ack"'


class Line(asyncio.Protocol):
    """One session. ``latencies`` are from a frame's sending to the acknowledgement that covers it, in seconds."""

    def __init__(self, encounter: str, pcm: bytes) -> None:
        """``pcm`` is said over and over."""
        self.encounter = encounter
        self.latencies: list[float] = []
        self.sent = self.acked = 0
        self._frames = [pcm[start : start + 2 * FRAME_SAMPLES] for start in range(0, len(pcm), 2 * FRAME_SAMPLES)]
        self._ends: list[int] = []
        self._times: list[float] = []
        self._heard = bytearray()
        self._upgraded = False
        self._epoch = 0
        self._ended, self._settled = False, asyncio.Event()
        self.welcomed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self, account: Account, host: str, port: int) -> None:
        """Connect, and join the visit as its recorder."""
        ticket = (await account.call("POST", f"/api/encounters/{self.encounter}/ticket"))["ticket"]
        self._transport, _ = await asyncio.get_running_loop().create_connection(lambda: self, host, port)
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET /api/stream HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Protocol: {PROTOCOL}, ticket.{ticket}\r\n\r\n"
        )
        self._transport.write(request.encode())
        await self.welcomed

    def send(self) -> None:
        """The next frame."""
        number = len(self._ends)
        frame = frames.Frame(self._epoch, number, self.sent, self._frames[number % len(self._frames)])
        self.sent = frame.end
        self._ends.append(frame.end)
        self._times.append(time.monotonic())
        self._write(BINARY, frames.encode(frame))

    async def all_acked(self) -> None:
        """Return when everything that was sent is acknowledged; call it after the last frame was sent."""
        self._ended = True
        self._settle()
        await self._settled.wait()

    def _settle(self) -> None:
        if self._ended and self.acked == self.sent:
            self._settled.set()

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what the server sent, frame by frame."""
        self._heard += data
        if not self._upgraded:
            head, found, rest = bytes(self._heard).partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise SystemExit(f"refused: {head.decode()} {rest.decode()}")
            self._upgraded, self._heard = True, bytearray(rest)
            hello = {"type": "hello", "encounter_id": self.encounter, "mode": "record", "recorder": "load"}
            self._write(TEXT, json.dumps(hello).encode())
        while (frame := self._next()) is not None:
            self._take(*frame)

    def _next(self) -> tuple[int, bytes] | None:
        """The next whole frame and its kind; servers do not mask."""
        heard, start = self._heard, 2
        if len(heard) < start:
            return None
        size = heard[1]
        if size >= 126:
            width = 2 if size == 126 else 8
            if len(heard) < start + width:
                return None
            size, start = int.from_bytes(heard[2 : 2 + width], "big"), start + width
        if len(heard) < start + size:
            return None
        frame = heard[0] & 15, bytes(heard[start : start + size])
        del heard[: start + size]
        return frame

    def _take(self, kind: int, body: bytes) -> None:
        if kind == PING:
            self._write(PONG, body)
        elif kind == TEXT and body.startswith(ACK):
            durable, now = json.loads(body)["durable_through"], time.monotonic()
            before, after = bisect_right(self._ends, self.acked), bisect_right(self._ends, durable)
            self.latencies += [now - sent for sent in self._times[before:after]]
            self.acked = durable
            self._settle()
        elif kind == TEXT and not self.welcomed.done():
            message = json.loads(body)
            if message["type"] != "welcome":
                raise SystemExit(f"not welcome: {message}")
            self._epoch = message["epoch"]
            self.welcomed.set_result(None)

    def _write(self, kind: int, body: bytes) -> None:
        size = struct.pack("!BH", 128 | 126, len(body)) if len(body) > 125 else bytes([128 | len(body)])
        self._transport.write(bytes([128 | kind]) + size + bytes(4) + body)
