"""FHIR R4 primitive types: what a JSON value must look like (http://hl7.org/fhir/R4/datatypes.html)."""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from xml.etree import ElementTree

_YEAR = r"([0-9]([0-9]([0-9][1-9]|[1-9]0)|[1-9]00)|[1-9]000)"
_DAY = r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
_ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_INSTANT = re.compile(rf"{_YEAR}-{_DAY}T{_TIME}{_ZONE}")
_DATE_TIME = re.compile(rf"{_YEAR}(-(0[1-9]|1[0-2])|-{_DAY}(T{_TIME}{_ZONE})?)?")
_DATE = re.compile(rf"{_YEAR}(-(0[1-9]|1[0-2])|-{_DAY})?")
_TIME_ONLY = re.compile(_TIME)
_CODE = re.compile(r"[^\s]+( [^\s]+)*")
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_URI = re.compile(r"\S+")
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_XHTML = "{http://www.w3.org/1999/xhtml}"
_FORBIDDEN_XHTML = {"script", "form", "input", "iframe", "object", "embed", "link", "base", "head", "body", "style"}


def parse_instant(value: object) -> datetime | None:
    """The moment that a full FHIR timestamp with offset names, or ``None`` when it is anything less."""
    if not isinstance(value, str) or _INSTANT.fullmatch(value) is None:
        return None
    head, dot, rest = value.partition(".")
    if dot:  # Python reads at most six digits of a second
        digits = re.match(r"[0-9]+", rest)
        assert digits is not None
        value = f"{head}.{digits[0][:6]:0<6}{rest[digits.end() :]}"
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def decode_base64(value: object) -> bytes | None:
    """The bytes behind canonical base64 (padded, one line, standard alphabet), or ``None``."""
    if not isinstance(value, str):
        return None
    try:
        data = base64.b64decode(value.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    return data if base64.b64encode(data).decode() == value else None


def is_day(value: str) -> bool:
    """Whether the date part of a timestamp exists in the calendar."""
    parts = value[:10].split("-")
    try:
        date(int(parts[0]), int(parts[1]) if len(parts) > 1 else 1, int(parts[2]) if len(parts) > 2 else 1)
    except ValueError:
        return False
    return True


def _text(value: object) -> str | None:
    if not isinstance(value, str):
        return "must be a string"
    if not value.strip():
        return "must not be empty"
    if _CONTROL.search(value):
        return "must not hold control characters"
    return None


def _pattern(pattern: re.Pattern[str], want: str) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        problem = _text(value)
        if problem:
            return problem
        assert isinstance(value, str)
        return None if pattern.fullmatch(value) else want

    return check


def _dated(pattern: re.Pattern[str], want: str) -> Callable[[object], str | None]:
    shape = _pattern(pattern, want)

    def check(value: object) -> str | None:
        problem = shape(value)
        if problem is None and not is_day(str(value)):
            return "is a day that the calendar does not have"
        return problem

    return check


def _whole(low: int, high: int, want: str) -> Callable[[object], str | None]:
    def check(value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return want
        return None if low <= value <= high else want

    return check


def _boolean(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _decimal(value: object) -> str | None:
    return None if isinstance(value, int | float) and not isinstance(value, bool) else "must be a number"


def _base64(value: object) -> str | None:
    if isinstance(value, str) and not value:
        return "must not be empty"
    return None if decode_base64(value) is not None else "is not valid base64"


def _xhtml(value: object) -> str | None:
    problem = _text(value)
    if problem:
        return problem
    assert isinstance(value, str)
    if "<!" in value or "<?" in value:
        return "must be a plain XHTML div"
    try:
        root = ElementTree.fromstring(value)  # noqa: S314 - no DTD gets this far, so no entity can expand
    except ElementTree.ParseError:
        return "is not well-formed XHTML"
    if root.tag != f"{_XHTML}div":
        return "must be a div in the XHTML namespace"
    for element in root.iter():
        if element.tag.removeprefix(_XHTML) in _FORBIDDEN_XHTML or any(
            name.startswith("on") for name in element.attrib
        ):
            return "must not hold active content"
    return None


_INT_MAX = 2**31 - 1

CHECKS: Final[dict[str, Callable[[object], str | None]]] = {
    "string": _text,
    "markdown": _text,
    "code": _pattern(_CODE, "is not a code: no leading, trailing or double spaces"),
    "id": _pattern(_ID, "is not an id: 1 to 64 letters, digits, - and ."),
    "uri": _pattern(_URI, "is not a URI"),
    "url": _pattern(_URI, "is not a URL"),
    "canonical": _pattern(_URI, "is not a canonical URL"),
    "oid": _pattern(_OID, "is not a urn:oid"),
    "uuid": _pattern(_UUID, "is not a urn:uuid"),
    "instant": _dated(_INSTANT, "must be a full timestamp with seconds and offset"),
    "dateTime": _dated(_DATE_TIME, "is not a FHIR dateTime"),
    "date": _dated(_DATE, "is not a FHIR date"),
    "time": _pattern(_TIME_ONLY, "is not a FHIR time"),
    "boolean": _boolean,
    "integer": _whole(-(2**31), _INT_MAX, "must be a whole number"),
    "unsignedInt": _whole(0, _INT_MAX, "must be a whole number, 0 or more"),
    "positiveInt": _whole(1, _INT_MAX, "must be a whole number, 1 or more"),
    "decimal": _decimal,
    "base64Binary": _base64,
    "xhtml": _xhtml,
}
"""For each primitive type, a function that names what is wrong with a JSON value, or returns ``None``."""
