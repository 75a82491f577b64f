"""SMART scopes, version 1 (``user/Patient.read``) and 2 (``user/Patient.rs``): what they grant, what is missing."""

import re
from dataclasses import dataclass
from typing import Final

_SCOPE: Final = re.compile(r"(?P<who>user|system|patient)/(?P<kind>\*|[A-Za-z]+)\.(?P<what>[a-z*]+)(?P<filter>\?.+)?")
_VERSION_1: Final = {"read": "rs", "write": "cud", "*": "cruds"}


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that Sidenote does: operations (of ``cruds``) on a resource type, and what fails without."""

    kind: str
    operations: str
    purpose: str
    optional: bool = False


NEEDS: Final = (
    Need("Patient", "r", "show whose visit it is"),
    Need("Encounter", "r", "check whose visit it is before filing"),
    Need("Encounter", "s", "list today's visits", optional=True),
    Need("Practitioner", "r", "name the clinician who signed"),
    Need("DocumentReference", "c", "file the note"),
    Need("DocumentReference", "r", "compare the EHR's copy with what was signed", optional=True),
    Need("DocumentReference", "s", "find a note whose answer was lost", optional=True),
    Need("DocumentReference", "u", "retract a note", optional=True),
    Need("MedicationRequest", "s", "hear and draft with the chart's medications", optional=True),
    Need("AllergyIntolerance", "s", "hear and draft with the chart's allergies", optional=True),
    Need("Condition", "s", "hear and draft with the chart's problems", optional=True),
    Need("Provenance", "c", "file who made the note", optional=True),
)


def lacking(granted: str, kind: str, operation: str) -> str | None:
    """The scope to ask for when ``granted`` does not allow an operation (one of ``cruds``); ``None`` when it does.

    A scope with a filter (``?category=…``) counts: servers differ in what they filter, so only trying tells.
    """
    who = "user"
    for scope in granted.split():
        match = _SCOPE.fullmatch(scope)
        if match is None:
            continue
        who = match["who"]
        allowed = _VERSION_1.get(match["what"], match["what"])
        if match["kind"] in ("*", kind) and operation in allowed:
            return None
    return f"{who}/{kind}.{operation}"


def missing(granted: str) -> list[tuple[str, Need]]:
    """Every scope that Sidenote wants and does not have, with what it is for."""
    found = []
    for need in NEEDS:
        for operation in need.operations:
            scope = lacking(granted, need.kind, operation)
            if scope is not None:
                found.append((scope, need))
    return found
