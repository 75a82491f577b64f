"""Servers of other projects that run on Node, as processes that end with the test."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def missing(folder: Path, package: str) -> str | None:
    """Why a server cannot run here; installs its locked packages the first time, where npm can."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "Node is not installed"
    with (folder / "package.json").open() as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)  # several test processes may want it at once
        if (folder / "node_modules" / package).is_dir():
            return None
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    return f"npm cannot install {package} here" if done.returncode else None


class NodeServer:
    """A server that prints its port and ends with its standard input. Use it as a context manager."""

    def __init__(self, folder: Path, script: Sequence[str], environment: Mapping[str, str]) -> None:
        self._folder, self._script, self._environment = folder, script, environment

    def __enter__(self) -> int:
        """Start it; gives the port."""
        self._process = subprocess.Popen(
            ["node", *self._script],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self._environment},
            text=True,
        )
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def __exit__(self, *_: object) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
