"""Logging that cannot repeat what was said.

Our own messages are static texts with ids and counts. Other libraries' may quote anything, so their text is
withheld: a line says which library spoke and from where. Of an exception only its types and places are written,
never its message.
"""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

from app.settings import Settings

OWN: Final = frozenset({"app", "asr", "nlp", "prompts", "visit", "uvicorn"})
"""Loggers whose messages hold no PHI. uvicorn's name addresses and paths; its access log loses query strings."""

HANDLER_NAME: Final = "sidenote"

log = logging.getLogger(__name__)


def configure(settings: Settings) -> None:
    """Send every log line, warning and uncaught exception of the process to standard error, redacted.

    JSON lines when standard error is no terminal. May be called again.
    """
    root = logging.getLogger()
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(HANDLER_NAME)
    handler.setFormatter(TextLines() if sys.stderr.isatty() else JsonLines())
    for old in [one for one in root.handlers if one.get_name() == HANDLER_NAME]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    level: int = getattr(logging, settings.log_level.upper())
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    # Below INFO uvicorn writes WebSocket frames and headers: words, and tickets.
    logging.getLogger("uvicorn").setLevel(max(level, logging.INFO))
    logging.captureWarnings(True)
    _take_over_handlers()
    _quiet_loguru()
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, redacted."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = " < ".join(outline(record.exc_info[1]))
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """One line of text, for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record, redacted."""
        at = datetime.fromtimestamp(record.created).strftime("%H:%M:%S")
        line = f"{at} {record.levelname.lower():7} {record.name}: {message(record)}"
        if record.exc_info and record.exc_info[1] is not None:
            line += f" [{' < '.join(outline(record.exc_info[1]))}]"
        return line


def message(record: logging.LogRecord) -> str:
    """What may be written of a record's message."""
    if record.name.split(".")[0] not in OWN or (record.name.startswith("uvicorn") and record.levelno < logging.INFO):
        return f"(withheld, {record.filename}:{record.lineno})"
    if record.name == "uvicorn.access" and isinstance(record.args, tuple) and len(record.args) == 5:
        address, method, path, version, status = record.args
        return f'{address} "{method} {str(path).partition("?")[0]} HTTP/{version}" {status}'
    return record.getMessage()


def outline(error: BaseException) -> Iterator[str]:
    """The types of an error and of what led to it, each with the place it came from; no messages."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield f"{type(current).__name__} at {_place(current.__traceback__)}"
        current = current.__cause__ or current.__context__


def _place(trace: TracebackType | None) -> str:
    if trace is None:
        return "nowhere"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"


def _take_over_handlers() -> None:
    """Let what other libraries say through handlers of their own come to ours, which withholds it."""
    for name, one in logging.root.manager.loggerDict.items():
        if isinstance(one, logging.Logger) and name.split(".")[0] not in OWN and one.handlers:
            one.handlers.clear()
            one.propagate = True


def _quiet_loguru() -> None:
    """MedspaCy's sentence splitter logs text through loguru; none of it is wanted."""
    try:
        from loguru import logger
    except ImportError:
        return
    logger.remove()
    logger.disable("")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    log.critical("uncaught error", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and args.exc_type is not SystemExit:
        log.error("uncaught error in a thread", exc_info=args.exc_value)


def _unraisable(args: Any) -> None:
    if args.exc_value is not None:
        log.error("error that nobody could catch", exc_info=args.exc_value)
