"""A real PostgreSQL of the tests' own, started when first asked for and gone with the test run."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.ehr.sandbox import free_port

UNPRIVILEGED = "nobody"
"""PostgreSQL refuses to run as root; then it runs as this user."""


def programs() -> Path | None:
    """Where PostgreSQL's programs are, the newest; ``None`` when there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def running(programs: Path) -> Iterator[str]:
    """Start a server that does not wait for the disk, for speed; yields the URL of its database."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="sidenote-pg-"))
    if user:
        shutil.chown(folder, user)
    port, data = free_port(), folder / "data"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=user, env=environment, cwd=folder, capture_output=True)

    try:
        run(str(programs / "initdb"), "-D", str(data), "-U", "sidenote", "-A", "trust", "-N", "-E", "UTF8")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
        try:
            yield f"postgresql+psycopg://sidenote@127.0.0.1:{port}/postgres"
        finally:
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
