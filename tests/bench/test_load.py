"""The load benches run, and count what they say they count. What they measure is for a quiet machine."""

import os
import threading
import time
from pathlib import Path

import pytest
import uvicorn
from support import engines
from support.server import settings

from app.server import create_app, server_options
from app.store import Store
from bench.load import restart, sockets

pytestmark = pytest.mark.integration


class Here:
    """The server that is measured, on a thread of this process: to start one of its own takes seconds."""

    pid = os.getpid()

    def __init__(self, data: Path, port: int, ear: str) -> None:
        chosen = settings(data, port)
        parts = engines.parts(Store.open(chosen), transcriber=engines.Hears(deaf_live=ear == "silent"))
        self._server = uvicorn.Server(uvicorn.Config(create_app(chosen, parts), **server_options(chosen)))
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        until = time.monotonic() + 60
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.01)

    def kill(self) -> None:
        self._server.should_exit = True

    def wait(self) -> None:
        self._thread.join(60)


async def test_every_frame_of_every_session_is_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "start", Here)
    result = await sockets.measure_sockets(tmp_path, sessions=3, seconds=0.5, ear="silent")
    assert (result["sessions"], result["frames"], result["unacknowledged_s"]) == (3, 15, 0)
    assert 0 < float(str(result["p50_ms"])) <= float(str(result["p99_ms"])) <= float(str(result["max_ms"]))


def test_a_server_starts_on_a_filled_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restart, "STARTS", 1)
    result = restart.measure_restart(tmp_path / "data", encounters=58)
    assert result["encounters"] == {"drafted": 5, "open": 50, "signed": 3}
    assert len(result["serving_s"]) == len(result["serving_cpu_s"]) == 1  # type: ignore[arg-type]
    store = Store.open(settings(tmp_path / "data", 8000))
    store.integrity()
    store.close()
