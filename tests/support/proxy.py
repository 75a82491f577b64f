"""A TCP line that misbehaves: cut after so many bytes, reset, slow, dead for a while, or closed at once."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

FAULTS = ("cut", "reset", "slow", "half_open", "refuse")


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: after ``after`` bytes from the client, for ``seconds`` where it takes time."""

    kind: str
    after: int
    seconds: float


@dataclass
class FaultProxy:
    """Listens on ``port`` for a server on ``target``. ``plan`` gives the fault of each new line, or none.

    ``happened`` counts the faults that took effect.
    """

    target: int
    plan: random.Random
    mean_bytes: int = 60_000
    kinds: tuple[str, ...] = FAULTS
    most: int = 1_000_000
    happened: Counter[str] = field(default_factory=Counter)
    port: int = 0

    async def __aenter__(self) -> "FaultProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _next(self, kinds: Sequence[str], passed: int = 0) -> Fault | None:
        """What goes wrong next on a line that ``passed`` so many bytes."""
        if self.happened.total() >= self.most:
            return None
        after = passed + int(self.plan.expovariate(1 / self.mean_bytes))
        return Fault(self.plan.choice(kinds), after, self.plan.uniform(0.1, 0.8))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fault = self._next(self.kinds)
        try:
            if fault is not None and fault.kind == "refuse":
                self.happened["refuse"] += 1
                return
            with contextlib.suppress(OSError):
                up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target)
                try:
                    await self._pipe((reader, writer), (up_reader, up_writer), fault)
                finally:
                    up_writer.transport.abort()
        finally:
            writer.transport.abort()

    async def _pipe(
        self,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        fault: Fault | None,
    ) -> None:
        open_ = asyncio.Event()
        open_.set()
        forth = asyncio.create_task(self._forth(client[0], server[1], fault, open_))
        back = asyncio.create_task(self._back(server[0], client[1], open_))
        await asyncio.wait((forth, back), return_when=asyncio.FIRST_COMPLETED)
        for task in (forth, back):
            task.cancel()
        await asyncio.gather(forth, back, return_exceptions=True)

    async def _forth(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, fault: Fault | None, open_: asyncio.Event
    ) -> None:
        passed, slow_until = 0, 0.0
        loop, lasting = asyncio.get_running_loop(), [kind for kind in self.kinds if kind != "refuse"]
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                passed += len(data)
                if fault is not None and passed > fault.after:
                    self.happened[fault.kind] += 1
                    if fault.kind == "slow":
                        slow_until = loop.time() + 2 * fault.seconds
                        fault = self._next(lasting, passed)
                    else:
                        await self._break(fault, data, writer, open_)
                        return
                if loop.time() < slow_until:
                    await asyncio.sleep(0.05)
                writer.write(data)
                await writer.drain()

    async def _break(self, fault: Fault, data: bytes, writer: asyncio.StreamWriter, open_: asyncio.Event) -> None:
        """End the line in the middle of ``data``, or without it, at once or after a silence."""
        if fault.kind == "cut":
            writer.write(data[: len(data) // 2])
            await writer.drain()
        if fault.kind == "half_open":
            open_.clear()
            await asyncio.sleep(fault.seconds)

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, open_: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                await open_.wait()
                writer.write(data)
                await writer.drain()
