"""Pre-submit rules: a note that breaks one is never sent. Fails closed, and names the place and the problem.

``check`` takes any JSON object, however broken, and returns every fault it finds: first FHIR R4 structure
(:mod:`app.ehr.structure`), then US Core, the vendor's profile, the words of the note, and what this very
session expects (:class:`Expected`).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError

from app.ehr.document_rules import document_issues
from app.ehr.issues import Issue
from app.ehr.paths import at, items
from app.ehr.primitives import decode_base64
from app.ehr.profiles import US_CORE, Profile
from app.ehr.provenance_rules import provenance_issues
from app.ehr.references import internal_references, literal
from app.ehr.structure import model_of, walk

_ROOT: Final = "DocumentReference"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the signed visit says the note must be. References are relative (``Patient/1``)."""

    patient: str
    encounter: str
    practitioner: str
    sha256: str


def check(
    resource: object, profile: Profile = US_CORE, expected: Expected | None = None, now: datetime | None = None
) -> list[Issue]:
    """Every reason not to send ``resource``; an empty list means that it may be sent.

    A Provenance is checked by its own rules. ``now`` is for tests; it has an offset.
    """
    now = now or datetime.now(UTC)
    if not isinstance(resource, dict):
        return [Issue("$", "must be one JSON object")]
    kind = resource.get("resourceType")
    if kind not in (_ROOT, "Provenance"):
        return [Issue("resourceType", "must be DocumentReference")]
    found = [*walk(resource, str(kind)), *_common(resource, str(kind))]
    if kind == "Provenance":
        return _distinct([*found, *provenance_issues(resource, now)])
    found += document_issues(resource, profile, now)
    if expected is not None:
        found += _session(resource, expected)
    if not found:
        found += _round_trip(resource)
    return _distinct(found)


def _distinct(issues: list[Issue]) -> list[Issue]:
    """The issues without repeats of the same place and problem, in order."""
    return list(dict.fromkeys(issues))


def _common(resource: dict[str, Any], root: str) -> Iterator[Issue]:
    """Rules for everything that is sent: nothing that changes meaning unseen, nothing carried for no reason."""
    if "implicitRules" in resource:
        yield Issue(f"{root}.implicitRules", "must not be sent: it changes the meaning of the rest")
    yield from _extensions(resource, root)
    contained = [str(item.get("id")) for item in items(resource.get("contained")) if isinstance(item, dict)]
    used = set(internal_references(resource))
    for position, name in enumerate(contained):
        if name not in used:
            yield Issue(f"{root}.contained[{position}]", "is not referred to by anything")
    for position, item in enumerate(items(resource.get("contained"))):
        for name in ("versionId", "lastUpdated", "security"):
            if at(item, f"meta.{name}") is not None:
                yield Issue(f"{root}.contained[{position}].meta.{name}", "must not be in a contained resource")
    if len(set(contained)) != len(contained):
        yield Issue(f"{root}.contained", "holds the same id twice")
    for name in sorted(used - set(contained)):
        if name:
            yield Issue(root, "refers to a contained resource that is not there")


def _extensions(value: object, path: str) -> Iterator[Issue]:
    """Every extension, at any depth: a note has none, so nobody checked what it would say."""
    if isinstance(value, dict):
        for name, child in value.items():
            if name == "modifierExtension":
                yield Issue(f"{path}.{name}", "must not be sent: it changes the meaning of the rest")
            elif name == "extension":
                yield Issue(f"{path}.{name}", "is not an extension that is known here")
            else:
                yield from _extensions(child, f"{path}.{name}")
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from _extensions(child, f"{path}[{position}]")


def _session(resource: dict[str, Any], expected: Expected) -> Iterator[Issue]:
    """What this visit knows: whose note it is, who signed it, and which bytes they signed."""
    for path, want in (
        ("subject", expected.patient),
        ("context.encounter[0]", expected.encounter),
        ("author[0]", expected.practitioner),
    ):
        found = literal(at(resource, path))
        if found is not None and str(found) != want:
            yield Issue(f"{_ROOT}.{path}", "is not the one of this visit")
    data = decode_base64(at(resource, "content[0].attachment.data"))
    if data is None or hashlib.sha256(data).hexdigest() != expected.sha256:
        yield Issue(f"{_ROOT}.content[0].attachment.data", "is not the text that was signed")


def _round_trip(resource: dict[str, Any]) -> Iterator[Issue]:
    """The R4B models must read the resource and write the same one back."""
    try:
        written = model_of(_ROOT).model_validate(resource).model_dump(mode="json", exclude_none=True)
    except ValidationError as error:
        for fault in error.errors():
            path = ".".join(str(step) for step in fault["loc"])
            yield Issue(f"{_ROOT}.{path}", "is not valid FHIR R4")
        return
    if at(written, "content[0].attachment.data") != at(resource, "content[0].attachment.data"):
        yield Issue(f"{_ROOT}.content[0].attachment.data", "does not survive a FHIR round trip")
