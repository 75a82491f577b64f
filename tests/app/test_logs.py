"""Nothing said reaches a log: not through our loggers, other libraries', warnings or uncaught errors."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.phi import overheard

from app.logs import JsonLines, TextLines, configure, outline
from app.settings import Settings

pytestmark = pytest.mark.unit

SAID = "quokka"


def record(name: str, text: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.WARNING, "/somewhere/place.py", 7, text, args, info)  # type: ignore[arg-type]


def raised() -> Exception:
    try:
        try:
            raise KeyError(SAID)
        except KeyError as inner:
            raise ValueError(SAID * 2) from inner
    except ValueError as error:
        return error


@pytest.mark.parametrize("name", ["app.live.ws", "asr.worker", "uvicorn.error", "app"])
def test_our_own_messages_are_written(name: str) -> None:
    line = json.loads(JsonLines().format(record(name, "visit %s: %d turns", "e1", 3)))
    assert (line["level"], line["logger"], line["message"]) == ("warning", name, "visit e1: 3 turns")
    assert line["at"].endswith("+00:00")
    assert TextLines().format(record(name, "visit %s", "e1")).endswith(f"warning {name}: visit e1")


@pytest.mark.parametrize("name", ["py.warnings", "PyRuSH", "transformers.generation", "apple", "root", "asyncio"])
def test_other_messages_are_withheld(name: str) -> None:
    for lines in (JsonLines(), TextLines()):
        written = lines.format(record(name, f"decoded: %s {SAID}", SAID))
        assert SAID not in written
        assert name in written
        assert "place.py:7" in written


def test_frames_and_headers_are_withheld() -> None:
    line = record("uvicorn.error", f"> TEXT {SAID}")
    line.levelno = logging.DEBUG
    assert SAID not in JsonLines().format(line)


def test_of_an_error_only_types_and_places_are_written() -> None:
    error = raised()
    for lines in (JsonLines(), TextLines()):
        written = lines.format(record("app", "failed", error=error))
        assert SAID not in written
        assert "ValueError at test_logs.py" in written
        assert "KeyError at test_logs.py" in written


def test_an_error_that_leads_to_itself_ends() -> None:
    one, two = ValueError(), KeyError()
    one.__context__, two.__context__ = two, one
    assert [line.split(" ")[0] for line in outline(one)] == ["ValueError", "KeyError"]


def test_the_access_log_has_no_query() -> None:
    line = record("uvicorn.access", '%s - "%s %s HTTP/%s" %d', "127.0.0.1:9", "GET", f"/api/codes?q={SAID}", "1.1", 200)
    written = json.loads(JsonLines().format(line))["message"]
    assert written == '127.0.0.1:9 "GET /api/codes HTTP/1.1" 200'


PROGRAM = """
import asyncio, logging, sys, threading, warnings
from app.logs import configure
from app.settings import Settings
configure(Settings(_env_file=None, log_level="debug"))
configure(Settings(_env_file=None, log_level="debug"))
logging.getLogger("app.x").info("visit %s", "e1")
logging.getLogger("app.x").debug("fine detail")
logging.getLogger("someone").warning("quokka %s", "quokka")
logging.getLogger("someone").info("quokka")
warnings.warn("quokka")
from loguru import logger
logger.add(sys.stderr)
logger.error("quokka")
import PyRuSH
logger.warning("quokka")
def fail(): raise ValueError("quokka")
thread = threading.Thread(target=fail); thread.start(); thread.join()
class Bad:
    def __del__(self): raise ValueError("quokka")
bad = Bad(); del bad
async def main():
    asyncio.create_task(asyncio.sleep(0)).add_done_callback(lambda task: fail())
    await asyncio.sleep(0.05)
asyncio.run(main())
fail()
"""


@pytest.mark.integration
def test_a_whole_process_keeps_quiet() -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, timeout=180)
    written = done.stdout + done.stderr
    assert done.returncode == 1
    assert "quokka" not in written
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["message"] for line in lines[:2]] == ["visit e1", "fine detail"]
    assert [line["logger"] for line in lines[2:4]] == ["someone", "py.warnings"]
    assert [line["error"].split(" ")[0] for line in lines if "error" in line] == ["ValueError"] * 4
    assert lines[-1]["message"] == "uncaught error"


def test_a_librarys_own_handler_is_taken_over() -> None:
    speaks = logging.getLogger("a_library_that_speaks")
    with overheard() as ears:
        speaks.addHandler(logging.StreamHandler(sys.stderr))
        speaks.propagate = False
        configure(Settings(_env_file=None, log_level="debug"))  # type: ignore[call-arg, arg-type]
        speaks.error("heard %s", SAID)
        assert not ears.leaks([SAID])
        assert "a_library_that_speaks" in ears.text()
