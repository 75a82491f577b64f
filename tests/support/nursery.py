"""Processes that start at once: forked from one that has the server's code imported, to be killed without warning.

To import the server takes seconds, to fork it a hundredth of one. A forked child is a process like any other: it shares
no state with its siblings, and SIGKILL ends it as it ends any. None outlives the process that it was forked from.
"""

import ctypes
import importlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

END_WITH_PARENT = 1
"""``PR_SET_PDEATHSIG`` of prctl(2)."""

PATHS = (Path(__file__).parents[2], Path(__file__).parents[1])
IMPORTED = (
    "support.server",
    "support.filer",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)


class Child:
    """A forked process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """``None`` while it runs, as :class:`subprocess.Popen` has it."""
        return None if self._handle >= 0 and not select.select([self._handle], [], [], 0)[0] else 0

    def kill(self) -> None:
        """SIGKILL."""
        if self._handle >= 0:
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> None:
        """Return when it is gone."""
        if self._handle >= 0:
            select.select([self._handle], [], [])
            os.close(self._handle)
            self._handle = -1


class Nursery:
    """Forks children that call ``module.main()`` with their arguments in ``sys.argv``. Ends with its ``with``."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
        command = [sys.executable, "-m", "support.nursery"]
        self._parent = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def fork(self, module: str, arguments: Sequence[str], log: Path) -> Child:
        """Start a child; what it prints goes to ``log``."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps([module, list(arguments), str(log)]).encode() + b"\n")
        self._parent.stdin.flush()
        return Child(int(self._parent.stdout.readline()))

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.communicate()


def main() -> None:
    """Fork for as long as somebody asks."""
    for name in IMPORTED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they ended
    while line := sys.stdin.readline():
        module, arguments, log = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(module, arguments, log)
        print(pid, flush=True)


def _live(module: str, arguments: list[str], log: str) -> None:
    """Be the child; never returns."""
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, out = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    sys.argv = [module, *arguments]
    code = 1
    try:
        importlib.import_module(module).main()
        code = 0
    finally:
        if code:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
