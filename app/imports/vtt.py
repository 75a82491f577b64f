"""Transcripts as WebVTT: cues with a voice (``<v Doctor>``) or a label ("Doctor: …").

Cues of one voice that follow each other make one turn. ``NOTE`` blocks may tell ``Encounter:``, ``Consent:`` and
``Template:``; styles and regions are passed over.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.imports.spoken import Head, Spoken, fault, speaker_of, spoken, turn, with_entry
from visit.turns import Speaker, Turn

_CUE: Final = re.compile(r"^(?P<start>[\d:.]+)[ \t]+-->[ \t]+(?P<end>[\d:.]+)(?:[ \t].*)?$")
_STAMP: Final = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_VOICE: Final = re.compile(r"<v(?:\.[\w.-]+)?\s+([^>]+)>", re.I)
_TAG: Final = re.compile(r"</?(?:[a-z][^<>]*|[\d:.]+)?>", re.I)
_LABEL: Final = re.compile(r"^([^\W\d_][\w .'()-]{0,30}?)\s*:\s+(?=\S)")
_HEAD: Final = re.compile(r"^(?:NOTE\s+)?(encounter|consent|template)\s*:\s*(.*)$", re.I)
_SAME_TURN_S: Final = 3.0
"""A voice that is silent for longer begins a new turn."""


@dataclass(slots=True)
class _Said:
    line: int
    speaker: Speaker
    start: float
    end: float
    words: list[str] = field(default_factory=list)


def parse(text: str) -> Spoken:
    """What a WebVTT file says; a fault names its line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.match(r"WEBVTT(?:[ \t].*)?$", lines[0]):
        raise fault("the file does not begin with WEBVTT", 1)
    head, said = Head(), list[_Said]()
    for number, block in _blocks(lines[1:]):
        if block[0].startswith("NOTE"):
            for offset, content in enumerate(block):
                told = _HEAD.match(content)
                if told:
                    head = with_entry(head, told[1].lower(), told[2], number + offset)
        elif not re.match(r"(?:STYLE|REGION)[ \t]*$", block[0]) and (number > 2 or "-->" in "".join(block)):
            _hear(said, number, block)
    return spoken(_turns(said), head)


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between blank ones, each with the number of its first line in the file."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 2):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _hear(said: list[_Said], number: int, block: list[str]) -> None:
    """Add one cue to what was said."""
    place = 0 if "-->" in block[0] else 1
    timing = _CUE.match(block[place]) if place < len(block) else None
    if timing is None:
        raise fault(
            "expected a cue's times, such as 00:00:01.000 --> 00:00:04.000", number + min(place, len(block) - 1)
        )
    start, end = _seconds(timing["start"], number + place), _seconds(timing["end"], number + place)
    if end < start or (said and start < said[-1].start):
        raise fault("the times go backwards", number + place)
    for offset, content in enumerate(block[place + 1 :], place + 1):
        for label, words in _voices(content):
            if not words:
                continue
            speaker = _speaker(label, number + offset) if label else None
            last = said[-1] if said else None
            goes_on = last is not None and start - last.end <= _SAME_TURN_S
            if last is not None and goes_on and speaker in (None, last.speaker):
                last.words.append(words)
                last.end = max(last.end, end)
            else:
                said.append(_Said(number + offset, speaker or Speaker.UNKNOWN, start, end, [words]))


def _voices(content: str) -> Iterator[tuple[str | None, str]]:
    """The voices of a line and what each says; a label before a colon counts where there is no voice tag."""
    pieces = _VOICE.split(content)
    before = _plain(pieces[0])
    labelled = _LABEL.match(before)
    if labelled and speaker_of(labelled[1]) is not None:
        yield labelled[1], before[labelled.end() :]
    elif before:
        yield None, before
    for label, words in zip(pieces[1::2], pieces[2::2], strict=True):
        yield _plain(label), _plain(words)


def _plain(text: str) -> str:
    return html.unescape(_TAG.sub("", text)).strip()


def _speaker(label: str, line: int) -> Speaker:
    found = speaker_of(label)
    if found is None:
        raise fault("who speaks is not known. Name the voice Doctor, Patient, Nurse, Family, Other or Unknown", line)
    return found


def _seconds(stamp: str, line: int) -> float:
    match = _STAMP.fullmatch(stamp)
    if match is None:
        raise fault("a time must look like 00:01.000 or 00:00:01.000", line)
    hours, minutes, seconds, thousandths = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _turns(said: list[_Said]) -> list[Turn]:
    return [turn(i, s.speaker, " ".join(s.words), (s.start, s.end), s.line) for i, s in enumerate(said)]
