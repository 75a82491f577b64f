"""Transcript files to turns: plain text, WebVTT (W3C Candidate Recommendation, 2019), JSON."""

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from app.imports import plain_text, vtt
from app.imports.spoken import Head, Kind, Spoken, fault, speaker_of, spoken, turn, with_entry
from visit.turns import Speaker, Turn

LARGEST: Final = 4 * 1024 * 1024
KIND_OF_SUFFIX: Final[dict[str, Kind]] = {".txt": "text", ".text": "text", ".vtt": "vtt", ".json": "json"}
KIND_OF_TYPE: Final[dict[str, Kind]] = {"text/plain": "text", "text/vtt": "vtt", "application/json": "json"}
ENTRIES: Final = ("encounter", "consent", "template")


def kind_of(name: str) -> Kind | None:
    """The kind of a file by its name; ``None`` for one that is no transcript."""
    return KIND_OF_SUFFIX.get(PurePath(name).suffix.lower())


def parse(data: bytes, kind: Kind) -> Spoken:
    """What a file says; :class:`app.errors.InvalidInput` (``input.transcript``) names the line and what is wrong."""
    if len(data) > LARGEST:
        raise fault(f"the file is larger than {LARGEST // (1024 * 1024)} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault("not UTF-8 text", data[: error.start].count(b"\n") + 1) from None
    if kind == "json":
        return _json(text)
    return vtt.parse(text) if kind == "vtt" else plain_text.parse(text)


def _json(text: str) -> Spoken:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise fault("not JSON", error.lineno) from None
    except RecursionError:
        raise fault("the JSON is nested too deeply") from None
    data = {"turns": data} if isinstance(data, list) else data
    if not isinstance(data, Mapping) or not isinstance(data.get("turns"), list):
        raise fault('expected {"turns": [{"speaker", "text"}, …]}')
    head = Head()
    for name in ENTRIES:
        if data.get(name) is not None:
            if not isinstance(data[name], str):
                raise fault(f"{name} must be text")
            head = with_entry(head, name, data[name], 1)
    turns: list[Turn] = []
    for place, row in enumerate(data["turns"]):
        turns.append(_row(row, place, turns[-1].start if turns else 0))
    return spoken(turns, head)


def _row(row: Any, place: int, after: int) -> Turn:
    """One turn of a list; its place, from 1, stands in for a line."""
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        raise fault(f"turn {place + 1} has no text")
    label = row.get("speaker", "unknown")
    speaker = speaker_of(label) if isinstance(label, str) else None
    if speaker is None:
        raise fault(f"turn {place + 1}: who speaks is not known. Use doctor, patient, nurse, family, other or unknown")
    times = (row.get("start", 0.0), row.get("end", row.get("start", 0.0)))
    if any(isinstance(t, bool) or not isinstance(t, int | float) for t in times):
        raise fault(f"turn {place + 1}: start and end are seconds")
    if not 0 <= times[0] <= times[1] <= 24 * 3600:
        raise fault(f"turn {place + 1}: start must come before end, within a day")
    made = _turn(place, speaker, row["text"], times)
    if made.start < after and "start" in row:
        raise fault(f"turn {place + 1} begins before the one before it")
    return made


def _turn(place: int, speaker: Speaker, text: str, times: tuple[float, float]) -> Turn:
    if not text.strip():
        raise fault(f"turn {place + 1} has no text")
    return turn(place, speaker, text, times, place + 1)
