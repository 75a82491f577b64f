"""HL7 v2 in its pipe-and-hat encoding: segments written by field number, acknowledgements read."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

SEPARATORS: Final = "|^~\\&"
_ESCAPES: Final = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "~": "\\R\\", "&": "\\T\\"}
_ERROR_CODE: Final = re.compile(r"\d{3}")
_PLACE: Final = re.compile(r"[A-Z][A-Z0-9]{2}(\^\d{1,4}){0,5}")


class NotAnAcknowledgement(Exception):
    """The bytes that came back are no HL7 v2 acknowledgement."""


def escape(text: str) -> str:
    """Text as it may stand in a field: separators escaped, control characters as spaces."""
    spaced = (" " if unicodedata.category(char) == "Cc" else char for char in text)
    return "".join(_ESCAPES.get(char, char) for char in spaced)


def composite(*parts: str) -> str:
    """Components of one field, each escaped, joined with ``^``; empty ones at the end are left out."""
    return "^".join(map(escape, parts)).rstrip("^")


def segment(name: str, fields: Mapping[int, str]) -> str:
    """A segment from its fields by HL7 field number; values are already escaped. Not for MSH."""
    last = max(fields)
    return "|".join([name, *(fields.get(number, "") for number in range(1, last + 1))])


def timestamp(moment: datetime) -> str:
    """A time with seconds and offset (``20260302103000+0000``)."""
    return moment.strftime("%Y%m%d%H%M%S%z")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in MSH. ``sender`` and ``receiver`` are ``application^facility``."""

    sender: str
    receiver: str
    event: str
    structure: str
    control: str
    at: datetime

    def segment(self) -> str:
        """MSH of HL7 2.5.1, in UTF-8, in original acknowledgement mode."""
        ours, theirs = (*self.sender.split("^"), ""), (*self.receiver.split("^"), "")
        fields = [*map(escape, (ours[0], ours[1], theirs[0], theirs[1])), timestamp(self.at), ""]
        fields += [f"MDM^{self.event}^{self.structure}", self.control, "P", "2.5.1"]
        return "|".join(["MSH", SEPARATORS[1:], *fields, "", "", "", "", "", "UNICODE UTF-8"])


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """MSA and ERR of an answer. ``errors`` are error codes and places; free text may quote the note and is left out."""

    code: str
    control: str
    errors: tuple[str, ...] = ()


def read_acknowledgement(data: bytes) -> Acknowledgement:
    """An ACK message; raises :class:`NotAnAcknowledgement`."""
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\r").replace("\n", "\r")
    if text[:3] != "MSH" or len(text) < 4:
        raise NotAnAcknowledgement
    segments = [line.split(text[3]) for line in text.split("\r") if line[:3].isalnum()]
    found = next((fields for fields in segments if fields[0] == "MSA"), None)
    if found is None or len(found) < 3 or found[1] not in ("AA", "AE", "AR", "CA", "CE", "CR"):
        raise NotAnAcknowledgement
    errors = [_error(fields) for fields in segments if fields[0] == "ERR"]
    return Acknowledgement(found[1], found[2], tuple(error for error in errors if error))


def _error(fields: list[str]) -> str:
    """Code and place of an ERR segment, as far as they are no free text."""
    place = fields[2] if len(fields) > 2 and _PLACE.fullmatch(fields[2]) else ""
    code = fields[3].partition("^")[0] if len(fields) > 3 else ""
    code = code if _ERROR_CODE.fullmatch(code) else ""
    return " at ".join(part for part in (code, place.replace("^", "-")) if part)
