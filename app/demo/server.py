"""A real server in a process of its own, as the demo, the benches and the tests start one."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from app.ehr.sandbox import free_port
from app.errors import Unavailable

READY_S = 180.0


class ServerProcess:
    """``sidenote serve`` as a child process; its standard error goes to ``log``.

    ``peak_mb`` is the largest resident memory seen so far.
    """

    def __init__(self, environment: dict[str, str], log: Path, *, port: int | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.peak_mb = 0.0
        self._environment = {**os.environ, **environment, "SIDENOTE_PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server and wait until it is ready."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop the server."""
        self.stop()

    def start(self) -> None:
        """Start and wait; raises :class:`Unavailable` when the server ends or does not become ready."""
        command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)
        threading.Thread(target=self._watch_memory, daemon=True).start()
        until = time.monotonic() + READY_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        self.stop()
        raise Unavailable(f"The server did not become ready; see {self.log}", code="unavailable.server")

    def stop(self) -> None:
        """Ask the server to end, and wait for it."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def _watch_memory(self) -> None:
        process = self._process
        while process and process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
            except OSError:
                return
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    self.peak_mb = max(self.peak_mb, int(line.split()[1]) / 1024)
            time.sleep(1)
