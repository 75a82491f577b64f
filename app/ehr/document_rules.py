"""Pre-submit rules for the DocumentReference of a note: US Core, the vendor's profile, and plain sense."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from app.ehr.issues import Issue
from app.ehr.paths import at, items
from app.ehr.people import shares_name
from app.ehr.primitives import decode_base64, is_day, parse_instant
from app.ehr.profiles import US_CORE_DOCUMENT, Profile
from app.ehr.references import literal
from app.ehr.terminology import CATEGORIES, LOINC, NOTE_TYPES
from app.ehr.text_rules import MAX_NOTE_BYTES, attesting_lines, text_problems

CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far another clock may run ahead of ours."""

_ROOT: Final = "DocumentReference"
_URI_VALUE: Final = re.compile(
    r"(urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|urn:oid:[0-2](\.\d+)+|https?://\S+)"
)


def document_issues(resource: dict[str, Any], profile: Profile, now: datetime) -> Iterator[Issue]:
    """Every rule that the DocumentReference of a note breaks, beyond FHIR structure."""
    yield from _status(resource, profile)
    yield from _type(resource, profile)
    yield from _category(resource)
    yield from _profile_claim(resource)
    yield from _parties(resource)
    yield from _identifiers(resource)
    yield from _content(resource, profile)
    yield from _times(resource, now)
    yield from _relations(resource)
    yield from _agreement(resource)
    for path in profile.required:
        if at(resource, path) in (None, "", [], {}):
            yield Issue(f"{_ROOT}.{path}", "is required and missing")
    for name, why in profile.refused:
        if name in resource:
            yield Issue(f"{_ROOT}.{name}", why)


def _status(resource: dict[str, Any], profile: Profile) -> Iterator[Issue]:
    if resource.get("status") != "current":
        yield Issue(f"{_ROOT}.status", "must be current")
    if str(resource.get("docStatus")) not in profile.doc_statuses:
        allowed = ", ".join(sorted(profile.doc_statuses))
        yield Issue(f"{_ROOT}.docStatus", f"must be one of: {allowed} ({profile.title})")


def _type(resource: dict[str, Any], profile: Profile) -> Iterator[Issue]:
    codings = [item for item in items(at(resource, "type.coding")) if isinstance(item, dict)]
    loinc = [item for item in codings if item.get("system") == LOINC]
    if len(loinc) != 1:
        yield Issue(f"{_ROOT}.type", "must have exactly one LOINC code")
        return
    code = loinc[0].get("code")
    if not isinstance(code, str) or code not in NOTE_TYPES:
        yield Issue(f"{_ROOT}.type.coding", "is not a LOINC code of a clinical note that may be sent")
        return
    if profile.one_type_coding and len(codings) != 1:
        yield Issue(f"{_ROOT}.type.coding", "must be one code: LOINC or the site's own, not both")


def _category(resource: dict[str, Any]) -> Iterator[Issue]:
    codes = [
        coding.get("code")
        for concept in items(resource.get("category"))
        for coding in items(at(concept, "coding"))
        if isinstance(coding, dict) and coding.get("system") == CATEGORIES
    ]
    if not codes or any(code != "clinical-note" for code in codes):
        yield Issue(f"{_ROOT}.category", "must be the US Core category clinical-note")


def _profile_claim(resource: dict[str, Any]) -> Iterator[Issue]:
    for position, claim in enumerate(items(at(resource, "meta.profile"))):
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
        (f"identifier[{i}]", item) for i, item in enumerate(items(resource.get("identifier")))
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
        if str(item.get("use")) in ("old", "temp"):
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
    for position, relation in enumerate(items(resource.get("relatesTo"))):
        target = literal(at(relation, "target"))
        path = f"{_ROOT}.relatesTo[{position}].target"
        if target is None or target.type != _ROOT:
            yield Issue(path, "must be a literal reference to one DocumentReference")
        elif target.id == resource.get("id"):
            yield Issue(path, "refers to the note itself")


def _agreement(resource: dict[str, Any]) -> Iterator[Issue]:
    """The words of the note must be of the author and the day that the document names."""
    data = decode_base64(at(resource, "content[0].attachment.data"))
    text = (data or b"").decode("utf-8", errors="replace")
    author = at(resource, "author[0].display")
    for line in attesting_lines(text) if isinstance(author, str) else []:
        named = re.search(r"\b(?:approved|attested|reviewed|signed)\b.{0,200}?\bby:?\s+(.{1,200})", line, re.IGNORECASE)
        if named and not shares_name(str(author), named[1]):
            yield Issue(f"{_ROOT}.author[0]", "is not the one whom the text names as approving it")
    start, end = (parse_instant(at(resource, f"context.period.{name}")) for name in ("start", "end"))
    written = re.search(r"^Date of service:\s*(\d{4}-\d{2}-\d{2})\s*$", text, re.MULTILINE)
    if written and start and end and is_day(written[1]):
        day, slack = date.fromisoformat(written[1]), timedelta(days=1)
        if not start.date() - slack <= day <= end.date() + slack:
            yield Issue(f"{_ROOT}.context.period", "is not around the date of service that the text names")
