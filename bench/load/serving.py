"""The server that is measured, in a process of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_S = 120.0
"""A server that is not ready by then never is."""


def start(data: Path, port: int, ear: str) -> "subprocess.Popen[bytes]":
    """Start the server and wait until it is ready."""
    log_file = data.parent / "server.log"
    command = [sys.executable, "-m", "bench.load.server", str(data), str(port), ear]
    with log_file.open("ab") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT)
    until = time.monotonic() + START_S
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=2, verify=False) as http:  # noqa: S501
        while time.monotonic() < until and server.poll() is None:
            try:
                if http.get("/readyz").is_success:
                    return server
            except httpx.HTTPError:
                time.sleep(0.02)
    server.kill()
    raise SystemExit(f"the server did not become ready:\n{log_file.read_text()[-2000:]}")


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
