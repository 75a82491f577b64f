"""Transcripts as plain text: one turn a line, "Doctor: …", perhaps with a time before it.

Lines before the first turn may tell ``Encounter:``, ``Consent:`` and ``Template:``. A line that begins with white
space, or has no label, goes on with the turn above it.
"""

import re
from itertools import pairwise
from typing import Final

from app.imports.spoken import Head, Spoken, fault, speaker_of, spoken, turn, with_entry
from visit.turns import Speaker, Turn

_TIME: Final = r"(?:\[?(?P<time>(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d{1,3})?)\]?\s+)?"
_LABELLED: Final = re.compile(rf"^{_TIME}(?P<label>[^\W\d_][\w .'()-]{{0,30}}?)\s*:(?:\s+(?P<text>.*)|\s*)$")
_HEAD: Final = re.compile(r"^(encounter|consent|template)\s*:\s*(.*)$", re.I)
_Row = tuple[int, Speaker, list[str], float | None]


def parse(text: str) -> Spoken:
    """What a plain text says; a fault names its line."""
    head, rows = Head(), list[_Row]()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        told = _HEAD.match(line)
        if told and not rows:
            head = with_entry(head, told[1].lower(), told[2], number)
            continue
        labelled = _LABELLED.match(line)
        if labelled:
            speaker = speaker_of(labelled["label"])
            if speaker is None:
                raise fault(
                    "who speaks is not known. Begin a turn with Doctor, Patient, Nurse, Family, Other or Unknown and a "
                    "colon; begin a line that goes on with the turn above it with a space",
                    number,
                )
            rows.append((number, speaker, [labelled["text"] or ""], _seconds(labelled["time"], number)))
        elif not rows:
            raise fault("nobody is named as speaking. Begin each turn with who speaks, such as Doctor:", number)
        else:
            rows[-1][2].append(line)
    return spoken(_turns(rows), head)


def _turns(rows: list[_Row]) -> list[Turn]:
    """The turns of the rows; each lasts until the next begins, where times are told."""
    for (_, _, _, before), (number, _, _, after) in pairwise(rows):
        if before is not None and after is not None and after < before:
            raise fault("this turn begins before the one above it", number)
    out = []
    for place, (number, speaker, lines, begins) in enumerate(rows):
        following = rows[place + 1][3] if place + 1 < len(rows) else None
        start = begins or 0.0
        end = following if begins is not None and following is not None else start
        out.append(turn(place, speaker, " ".join(lines), (start, end), number))
    return out


def _seconds(time: str | None, line: int) -> float | None:
    if time is None:
        return None
    parts = [float(part) for part in time.split(":")]
    if any(part >= 60 for part in parts[1:]):
        raise fault("minutes and seconds go up to 59", line)
    return sum(part * 60.0**place for place, part in enumerate(reversed(parts)))
