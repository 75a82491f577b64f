"""A guard against what was said turning up where it must not."""

import logging
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.logs import HANDLER_NAME, configure
from app.settings import Settings


@dataclass
class Overheard:
    """What a process wrote while it was listened to."""

    path: Path

    def text(self) -> str:
        """Everything so far: log lines, warnings, uncaught errors, standard output and standard error."""
        sys.stdout.flush()
        sys.stderr.flush()
        return self.path.read_text("utf-8", errors="replace")

    def leaks(self, words: Iterable[str]) -> list[str]:
        """The words that turned up, whole and in any case."""
        written = self.text().casefold()
        return sorted({word for word in words if re.search(rf"\b{re.escape(word.casefold())}\b", written)})


@contextmanager
def overheard(level: str = "debug") -> Iterator[Overheard]:
    """Listen to this process: logging as the server sets it up, and the file descriptors 1 and 2 themselves,
    so that nothing a C library prints is missed.
    """
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    streams = sys.stdout, sys.stderr
    root_level = logging.getLogger().level
    saved = os.dup(1), os.dup(2)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "written"
        with path.open("a", encoding="utf-8", buffering=1) as file:
            for stream in streams:
                stream.flush()
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            sys.stdout = sys.stderr = file
            configure(Settings(_env_file=None, log_level=level))  # type: ignore[call-arg, arg-type]
            try:
                yield Overheard(path)
            finally:
                sys.stdout, sys.stderr = streams
                for number, descriptor in enumerate(saved, 1):
                    os.dup2(descriptor, number)
                    os.close(descriptor)
                sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
                _restore_logging(root_level)


def _restore_logging(level: int) -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if one.get_name() == HANDLER_NAME]:
        root.removeHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(False)
