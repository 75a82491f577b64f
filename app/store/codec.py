"""Stored JSON of the vocabulary's dataclasses, whole: nothing that a view leaves out is lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from app.records import StoredCode
from visit.charts import Chart
from visit.findings import Finding
from visit.ids import SentenceId
from visit.notes import Note
from visit.turns import Transcript, Turn


@dataclass(frozen=True)
class NoteBody:
    """What is sealed of a note version."""

    note: Note
    stale: tuple[SentenceId, ...] = ()


CHART: Final = TypeAdapter(Chart)
TURN: Final = TypeAdapter(Turn)
TRANSCRIPT: Final = TypeAdapter(Transcript)
FINDINGS: Final = TypeAdapter(tuple[Finding, ...])
NOTE: Final = TypeAdapter(NoteBody)
CODES: Final = TypeAdapter(tuple[StoredCode, ...])
EVENT: Final[TypeAdapter[Mapping[str, Any]]] = TypeAdapter(Mapping[str, Any])
