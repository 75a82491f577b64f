"""``sidenote ehr check FILE``: a file checked the way the service checks what it sends."""

import json
from pathlib import Path
from typing import Any, Final

from app.ehr.issues import Issue
from app.ehr.preflight import check
from app.ehr.profiles import profile_named

_MAX_FILE_BYTES: Final = 16 * 1024 * 1024


class _Refused(ValueError):
    """JSON that a strict reader must not accept."""


def check_file(path: Path, profile: str = "us-core") -> tuple[int, dict[str, Any]]:
    """Exit code (0 may be sent, 1 must not) and ``{"ok", "issues": [{"path", "problem"}]}`` for a JSON file."""
    shape = profile_named(profile)
    try:
        resource = read_json(path)
    except _Refused as problem:
        issues = [Issue("$", str(problem))]
    else:
        issues = check(resource, shape)
    return (1 if issues else 0), {
        "ok": not issues,
        "issues": [{"path": issue.path, "problem": issue.problem} for issue in issues],
    }


def read_json(path: Path) -> object:
    """The JSON value in a file; refuses repeated keys, non-numbers, and anything but UTF-8."""
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise _Refused("file is too large")
        return json.loads(path.read_bytes().decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except OSError as error:
        raise _Refused("file cannot be read") from error
    except UnicodeDecodeError as error:
        raise _Refused("file is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise _Refused(f"file is not JSON (line {error.lineno})") from error
    except RecursionError as error:
        raise _Refused("file is nested too deeply") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("an object holds the same name twice")
    return found


def _constant(name: str) -> float:
    raise _Refused(f"{name} is not a JSON number")
