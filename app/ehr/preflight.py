"""Pre-submit rules: a note that breaks one is never sent. Fails closed, and names the place and the problem.

``check`` takes any JSON object, however broken, and returns every fault it finds: first FHIR R4 structure
(:mod:`app.ehr.structure`), then US Core, the vendor's profile, the words of the note, and what this very
session expects (:class:`Expected`).
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pydantic import ValidationError

from app.ehr.issues import Issue
from app.ehr.primitives import decode_base64, parse_instant
from app.ehr.profiles import CATEGORY_SYSTEM, LOINC, NOTE_TYPES, US_CORE, US_CORE_DOCUMENT, Profile
from app.ehr.provenance_rules import provenance_issues
from app.ehr.references import internal_references, literal
from app.ehr.structure import model_of, walk
from app.ehr.text_rules import MAX_NOTE_BYTES, text_problems

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far another clock may run ahead of ours."""

_ROOT = "DocumentReference"
_OBSERVATION_VALUE = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
_URI_VALUE = re.compile(
    r"(urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|urn:oid:[0-2](\.\d+)+|https?://\S+)"
)


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
    found += _document(resource, profile, now)
    if expected is not None:
        found += _session(resource, expected)
    if not found:
        found += _round_trip(resource)
    return _distinct(found)


def _distinct(issues: list[Issue]) -> list[Issue]:
    """The issues without repeats of the same place and problem, in order."""
    return list(dict.fromkeys(issues))


def at(resource: object, path: str) -> Any:
    """The value at a dotted path (``content[0].attachment.data``), or ``None``; never raises."""
    for step in re.findall(r"[^.\[\]]+|\[\d+\]", path):
        if step.startswith("["):
            place = int(step[1:-1])
            resource = resource[place] if isinstance(resource, list) and place < len(resource) else None
        else:
            resource = resource.get(step) if isinstance(resource, dict) else None
    return resource


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _common(resource: dict[str, Any], root: str) -> Iterator[Issue]:
    """Rules for everything that is sent: nothing that changes meaning unseen, nothing carried for no reason."""
    if "implicitRules" in resource:
        yield Issue(f"{root}.implicitRules", "must not be sent: it changes the meaning of the rest")
    yield from _modifier_extensions(resource, root)
    contained = [item.get("id") for item in _items(resource.get("contained")) if isinstance(item, dict)]
    used = set(internal_references(resource))
    for position, name in enumerate(contained):
        if name not in used:
            yield Issue(f"{root}.contained[{position}]", "is not referred to by anything")
    if len(set(map(str, contained))) != len(contained):
        yield Issue(f"{root}.contained", "holds the same id twice")
    for name in sorted(used - {str(item) for item in contained}):
        if name:
            yield Issue(root, "refers to a contained resource that is not there")
    for position, label in enumerate(_items(at(resource, "meta.security"))):
        if isinstance(label, dict) and label.get("system") == _OBSERVATION_VALUE and label.get("code") != "AIAST":
            yield Issue(f"{root}.meta.security[{position}].code", "is not the AI label AIAST")


def _modifier_extensions(value: object, path: str) -> Iterator[Issue]:
    if isinstance(value, dict):
        for name, child in value.items():
            if name == "modifierExtension":
                yield Issue(f"{path}.{name}", "must not be sent: it changes the meaning of the rest")
            else:
                yield from _modifier_extensions(child, f"{path}.{name}")
    elif isinstance(value, list):
        for position, child in enumerate(value):
            yield from _modifier_extensions(child, f"{path}[{position}]")


def _document(resource: dict[str, Any], profile: Profile, now: datetime) -> Iterator[Issue]:
    yield from _status(resource, profile)
    yield from _type(resource, profile)
    yield from _category(resource)
    yield from _profile_claim(resource)
    yield from _parties(resource)
    yield from _identifiers(resource)
    yield from _content(resource, profile)
    yield from _times(resource, now)
    yield from _relations(resource)
    for path in profile.required:
        if at(resource, path) in (None, "", [], {}):
            yield Issue(f"{_ROOT}.{path}", "is required and missing")
    for name, why in profile.refused:
        if name in resource:
            yield Issue(f"{_ROOT}.{name}", why)


def _status(resource: dict[str, Any], profile: Profile) -> Iterator[Issue]:
    if resource.get("status") != "current":
        yield Issue(f"{_ROOT}.status", "must be current")
    if resource.get("docStatus") not in profile.doc_statuses:
        allowed = ", ".join(sorted(profile.doc_statuses))
        yield Issue(f"{_ROOT}.docStatus", f"must be one of: {allowed} ({profile.title})")


def _type(resource: dict[str, Any], profile: Profile) -> Iterator[Issue]:
    codings = [item for item in _items(at(resource, "type.coding")) if isinstance(item, dict)]
    loinc = [item for item in codings if item.get("system") == LOINC]
    if len(loinc) != 1:
        yield Issue(f"{_ROOT}.type", "must have exactly one LOINC code")
        return
    code = loinc[0].get("code")
    if not isinstance(code, str) or code not in NOTE_TYPES:
        yield Issue(f"{_ROOT}.type.coding", "is not a LOINC code of a clinical note that may be sent")
        return
    display = str(loinc[0].get("display", "")).casefold()
    if any(display == name.casefold() for other, name in NOTE_TYPES.items() if other != code):
        yield Issue(f"{_ROOT}.type.coding", "has the display of another LOINC code")
    if profile.one_type_coding and len(codings) != 1:
        yield Issue(f"{_ROOT}.type.coding", "must be one code: LOINC or the site's own, not both")


def _category(resource: dict[str, Any]) -> Iterator[Issue]:
    codes = [
        coding.get("code")
        for concept in _items(resource.get("category"))
        for coding in _items(at(concept, "coding"))
        if isinstance(coding, dict) and coding.get("system") == CATEGORY_SYSTEM
    ]
    if not codes or any(code != "clinical-note" for code in codes):
        yield Issue(f"{_ROOT}.category", "must be the US Core category clinical-note")


def _profile_claim(resource: dict[str, Any]) -> Iterator[Issue]:
    for position, claim in enumerate(_items(at(resource, "meta.profile"))):
        if str(claim).partition("|")[0] != US_CORE_DOCUMENT:
            yield Issue(f"{_ROOT}.meta.profile[{position}]", "claims a profile that is not checked here")


def _parties(resource: dict[str, Any]) -> Iterator[Issue]:
    yield from _points_at(resource, "subject", "Patient")
    encounters = at(resource, "context.encounter")
    if isinstance(encounters, list) and len(encounters) != 1:
        yield Issue(f"{_ROOT}.context.encounter", "must be exactly one encounter")
    yield from _points_at(resource, "context.encounter[0]", "Encounter")
    authors = resource.get("author")
    if isinstance(authors, list) and authors:
        if len(authors) != 1:
            yield Issue(f"{_ROOT}.author", "must be exactly one author: the clinician who signed")
        yield from _points_at(resource, "author[0]", "Practitioner")
    if "custodian" in resource:
        yield from _points_at(resource, "custodian", "Organization")
    source = literal(at(resource, "context.sourcePatientInfo"))
    subject = literal(resource.get("subject"))
    if source and subject and str(source) != str(subject):
        yield Issue(f"{_ROOT}.context.sourcePatientInfo", "is another patient than subject")
    paths = ("subject", "context.encounter[0]", "author[0]", "custodian")
    if len({found.base for found in (literal(at(resource, path)) for path in paths) if found}) > 1:
        yield Issue(_ROOT, "refers to more than one server")


def _points_at(resource: dict[str, Any], path: str, kind: str) -> Iterator[Issue]:
    target = literal(at(resource, path))
    if target is None or target.type != kind:
        yield Issue(f"{_ROOT}.{path}", f"must be a literal reference to one {kind}")


def _identifiers(resource: dict[str, Any]) -> Iterator[Issue]:
    named: list[tuple[str, Any]] = [
        (f"identifier[{i}]", item) for i, item in enumerate(_items(resource.get("identifier")))
    ]
    if "masterIdentifier" in resource:
        named.append(("masterIdentifier", resource["masterIdentifier"]))
    for path, item in named:
        if not isinstance(item, dict):
            continue
        if not item.get("system") or not item.get("value"):
            yield Issue(f"{_ROOT}.{path}", "must have a system and a value")
        elif item["system"] == "urn:ietf:rfc:3986" and not _URI_VALUE.fullmatch(str(item["value"])):
            yield Issue(f"{_ROOT}.{path}.value", "is not the URI that its system promises")
        if item.get("use") in ("old", "temp"):
            yield Issue(f"{_ROOT}.{path}.use", "must not be old or temp")


def _content(resource: dict[str, Any], profile: Profile) -> Iterator[Issue]:
    contents = resource.get("content")
    if not isinstance(contents, list) or len(contents) != 1:
        yield Issue(f"{_ROOT}.content", "must be exactly one")
        return
    path = f"{_ROOT}.content[0].attachment"
    attachment = at(resource, "content[0].attachment")
    if not isinstance(attachment, dict):
        yield Issue(path, "is required and missing")
        return
    if not _content_type_fits(attachment.get("contentType"), profile):
        allowed = " or ".join(sorted(profile.content_types))
        yield Issue(f"{path}.contentType", f"must be {allowed} ({profile.title})")
    if "url" in attachment:
        yield Issue(f"{path}.url", "must not be sent: the note travels inline")
    if "data" not in attachment:
        yield Issue(f"{path}.data", "is required and missing")
        return
    data = decode_base64(attachment["data"])
    if data is not None:
        yield from _bytes(data, attachment, path, resource.get("docStatus"))


def _content_type_fits(value: object, profile: Profile) -> bool:
    if not isinstance(value, str):
        return False
    given = value.lower() if profile.exact_content_type else re.sub(r"\s*;\s*", ";", value.lower()).replace('"', "")
    return given in profile.content_types


def _bytes(data: bytes, attachment: dict[str, Any], path: str, doc_status: object) -> Iterator[Issue]:
    """The decoded bytes: their size, their hash, and that they are a finished note."""
    size = attachment.get("size")
    if "size" in attachment and (isinstance(size, bool) or size != len(data)):
        yield Issue(f"{path}.size", f"does not agree with the data, which is {len(data)} bytes")
    digest = decode_base64(attachment.get("hash"))
    if "hash" in attachment and digest != hashlib.sha1(data, usedforsecurity=False).digest():
        yield Issue(f"{path}.hash", "is not the base64 SHA-1 of the data")
    if len(data) > MAX_NOTE_BYTES:
        yield Issue(f"{path}.data", f"is larger than {MAX_NOTE_BYTES} bytes")
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        yield Issue(f"{path}.data", "is not UTF-8 text")
        return
    for problem in text_problems(text, doc_status):
        yield Issue(f"{path}.data", problem)


def _times(resource: dict[str, Any], now: datetime) -> Iterator[Issue]:
    moments: dict[str, datetime] = {}
    for path in ("date", "content[0].attachment.creation", "context.period.start", "context.period.end"):
        value = at(resource, path)
        if value is None:
            continue
        moment = parse_instant(value)
        if moment is None:
            yield Issue(f"{_ROOT}.{path}", "must be a full timestamp with seconds and offset")
        elif moment > now + CLOCK_SKEW:
            yield Issue(f"{_ROOT}.{path}", "is in the future")
        else:
            moments[path] = moment
    start = moments.get("context.period.start")
    for path in ("date", "content[0].attachment.creation"):
        if start and path in moments and moments[path] < start:
            yield Issue(f"{_ROOT}.{path}", "is before the visit began")


def _relations(resource: dict[str, Any]) -> Iterator[Issue]:
    for position, relation in enumerate(_items(resource.get("relatesTo"))):
        target = literal(at(relation, "target"))
        path = f"{_ROOT}.relatesTo[{position}].target"
        if target is None or target.type != _ROOT:
            yield Issue(path, "must be a literal reference to one DocumentReference")
        elif target.id == resource.get("id"):
            yield Issue(path, "refers to the note itself")


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
