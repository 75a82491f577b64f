"""An invented EHR for trying Sidenote out: a real FHIR R4 server (sekmet-fhir) on this machine, with a day's visits.

Everyone in it is invented. It listens on 127.0.0.1 only and ends with the process that started it.
"""

import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final

import httpx

from app.ehr.sandbox_people import resources
from app.errors import Unavailable

_START_S: Final = 60.0
_PORTS: Final = range(20_000, 32_768)
_SERVER: Final = """
import os, sys, threading
def end_with_parent():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=end_with_parent, daemon=True).start()
from sekmet.cli import app
app(["serve", "--config", sys.argv[1]])
"""
"""The server ends when its standard input closes, so it cannot outlive whoever started it."""


class Sandbox:
    """A FHIR server with invented patients. Use it as a context manager, or :meth:`start` and :meth:`stop` it.

    ``folder`` keeps its database between runs; ``port`` 0 takes a free one. Raises :class:`Unavailable`
    (``unavailable.sandbox``) when the server is not installed or does not start.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        """Nothing starts yet."""
        self._folder = folder.resolve()
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The FHIR base URL."""
        return f"http://127.0.0.1:{self._port}/fhir"

    def start(self) -> "Sandbox":
        """Start the server, wait until it answers, and put the invented people in."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._port = self._port or free_port()
        log = self._folder / "server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _SERVER, str(self._settings())],
                cwd=self._folder,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if not name.startswith("SEKMET_")},
            )
        try:
            self._wait()
            self._seed()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End the server; harmless when it does not run."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def __enter__(self) -> "Sandbox":
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()

    def _settings(self) -> Path:
        """The server's settings file; JSON is YAML."""
        settings = {
            "base_url": self.url,
            "host": "127.0.0.1",
            "port": self._port,
            "data_dir": str(self._folder / "data"),
            "own_private_key_path": str(self._folder / "keys" / "server.pem"),
            "facility_name": "Hillside Family Practice",
            "log_inbound": False,
            "simulator": {"enabled": False},
        }
        path = self._folder / "settings.yaml"
        path.write_text(json.dumps(settings, indent=1), encoding="utf-8")
        return path

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_S
        with httpx.Client(timeout=2, trust_env=False) as client:
            while time.monotonic() < deadline:
                assert self._process is not None
                if self._process.poll() is not None:
                    break
                try:
                    if client.get(f"{self.url}/metadata").status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.05)
        raise Unavailable(
            f"The sandbox EHR did not start; {self._folder / 'server.log'} says why. "
            "It needs the extra `pip install sidenote[sandbox]`.",
            code="unavailable.sandbox",
        )

    def _seed(self) -> None:
        """Write the invented people; writing them again changes nothing but the dates of their visits."""
        with httpx.Client(timeout=20, trust_env=False) as client:
            for resource in resources():
                reply = client.put(f"{self.url}/{resource['resourceType']}/{resource['id']}", json=resource)
                if reply.status_code not in (200, 201):
                    raise Unavailable(
                        f"The sandbox EHR refused {resource['resourceType']}/{resource['id']} ({reply.status_code}).",
                        code="unavailable.sandbox",
                    )


def free_port() -> int:
    """A port of this machine that nothing listens on at the moment.

    It is below those that systems give to whoever asks for any, so that nobody is given it before it is used. Raises
    :class:`Unavailable` (``unavailable.port``) when all of them are taken.
    """
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise Unavailable("No port is free.", code="unavailable.port")
