"""A server for the browser tests: any sound is heard as counted words, silence as silence."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import uvicorn

from app.ehr.client import Ehr
from app.server import create_app, server_options
from app.store import Store
from support import engines
from support.server import Process, settings

LOUD = 500.0


class CountingDecoder(engines.Decoder):
    """Hears a numbered word in every half second that is loud; the speaker changes every two seconds."""

    def unit(self, pcm: bytes) -> None:
        samples = np.frombuffer(pcm, "<i2").astype(float)
        number = self.position // engines.WORD
        odd = number // 4 % 2
        super().unit(engines.speech(2 + 2 * number + odd if np.sqrt(np.mean(samples**2)) > LOUD else 0))


class PageProcess(Process):
    """Such a server in a process of its own, to be killed without warning. ``ehr_url`` is where it files to."""

    ehr_url = "http://127.0.0.1:9/fhir"
    origins: Sequence[str] = ()

    def start(self) -> None:
        command = [sys.executable, "-m", "support.page_server", str(self.data_dir), str(self.port)]
        environment = {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[1]),
            "SIDENOTE_EHR_URL": self.ehr_url,
            "SIDENOTE_ORIGINS": json.dumps(list(self.origins)),
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)


@contextmanager
def running(server: PageProcess) -> Iterator[PageProcess]:
    """Start it, and end it whatever happens."""
    try:
        start(server)
        yield server
    finally:
        server.kill()


def start(server: PageProcess) -> None:
    """Start it and wait until it answers."""
    server.start()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            if httpx.get(f"{server.base}/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
        assert server.process is not None
        assert server.process.poll() is None, server.log.read_text()
    raise AssertionError("the server is not ready")


def main() -> None:
    """Serve a data folder."""
    engines.Decoder = CountingDecoder  # type: ignore[misc]
    chosen = settings(Path(sys.argv[1]), int(sys.argv[2]))
    parts = engines.parts(Store.open(chosen), ehr=Ehr.from_settings(chosen))
    uvicorn.run(create_app(chosen, parts), **server_options(chosen))


if __name__ == "__main__":
    main()
