"""The real server on deterministic engines, in this process or as one that can be killed."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.live.client import Account
from app.server import create_app, server_options
from app.settings import Settings
from app.store import Store
from support import engines
from support.nursery import Child, Nursery
from visit.charts import Chart

PASSWORD = "correct horse battery"  # noqa: S105


def settings(data_dir: Path, port: int, **more: Any) -> Settings:
    """Settings of a test server."""
    return Settings(data_dir=data_dir, port=port, drafter="local", **more)


def prepare(store: Store, encounters: int = 1) -> list[str]:
    """Users ada and bob, and encounters of ada's that may be recorded."""
    ada = store.add_user("ada", "Dr Ada", "clinician", PASSWORD)
    store.add_user("bob", "Dr Bob", "clinician", PASSWORD)
    ids = []
    for number in range(encounters):
        opened = store.open_encounter(ada.id, f"ehr-{number}", Chart(), "soap")
        store.record_consent(ada.id, opened.id, True)
        ids.append(str(opened.id))
    return ids


@contextlib.asynccontextmanager
async def serving(data_dir: Path, **more: Any) -> AsyncIterator[Any]:
    """A server on this event loop; yields its parts, with ``base`` its URL and ``app`` the application."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    chosen = settings(data_dir, port, **more)
    parts = engines.parts(Store.open(chosen))
    parts.app = create_app(chosen, parts)
    parts.base = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(uvicorn.Config(parts.app, **server_options(chosen)))
    with contextlib.suppress(AttributeError):
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
        if task.done():
            await task
    try:
        yield parts
    finally:
        server.should_exit = True
        await task


class Process:
    """A server in a process of its own, to be killed without warning; forked where there is a ``nursery``.

    ``options`` are words for :func:`main`.
    """

    def __init__(self, data_dir: Path, port: int, nursery: Nursery | None = None, *options: str) -> None:
        self.data_dir, self.port, self.nursery, self.options = data_dir, port, nursery, options
        self.base = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[bytes] | Child | None = None
        self.log = data_dir.parent / "server.log"

    def start(self) -> None:
        arguments = [str(self.data_dir), str(self.port), *self.options]
        if self.nursery is not None:
            self.process = self.nursery.fork("support.server", arguments, self.log)
            return
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "support.server", *arguments],
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
            )

    async def ready(self) -> None:
        assert self.process is not None
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=self.base, verify=False) as http:  # noqa: S501
            while True:
                assert self.process.poll() is None, self.log.read_text()
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get("/healthz")).is_success:
                        return
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: nothing is flushed, no handler runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


async def sign_in(base: str, username: str = "ada") -> Account:
    """A signed-in test user."""
    return await Account.sign_in(base, username, PASSWORD)


def main() -> None:
    """Serve a data folder that :func:`prepare` filled; ``revised``: the final pass writes words in capitals."""
    chosen = settings(Path(sys.argv[1]), int(sys.argv[2]))
    tempfile.tempdir = str(chosen.data_dir.parent / "tmp")  # beside the record, so that it is searched too
    Path(tempfile.tempdir).mkdir(exist_ok=True)
    corrections = {"w": "W"} if "revised" in sys.argv[3:] else {}
    parts = engines.parts(Store.open(chosen), transcriber=engines.Hears(corrections))
    uvicorn.run(create_app(chosen, parts), **server_options(chosen))


if __name__ == "__main__":
    main()
