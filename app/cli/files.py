"""Reading and writing the files that commands are given."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.errors import InvalidInput, NotFound


def read_text(path: Path) -> str:
    """The text of a file, or of standard input for ``-``."""
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}", code="not_found.file") from None
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(f"{path} is not a readable UTF-8 text file", code="input.file") from None


def read_rows(path: Path) -> tuple[list[Any], bool]:
    """JSON values of a file, and whether it was JSON lines (one value a line) rather than one value."""
    text = read_text(path)
    try:
        return [json.loads(text)], False
    except json.JSONDecodeError:
        pass
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError:
                raise InvalidInput(f"line {number} is not JSON", code="input.json") from None
    if not rows:
        raise InvalidInput("the file is empty", code="input.json")
    return rows, True


def write_rows(out: Path, rows: Iterable[Any], lines: bool) -> None:
    """Write one JSON value, or one a line as they come; ``-`` is standard output."""
    handle = sys.stdout if str(out) == "-" else out.open("w", encoding="utf-8")
    try:
        for row in rows:
            indent = None if lines else 1
            handle.write(json.dumps(row, ensure_ascii=False, indent=indent) + "\n")
            handle.flush()
    finally:
        if handle is not sys.stdout:
            handle.close()
