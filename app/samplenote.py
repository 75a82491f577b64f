"""The note of the shipped sample visit in any format: what a format's preview shows."""

import threading
from collections.abc import Sequence
from datetime import date

from app.ehr.document import Letterhead, note_text
from app.ports import Drafter, Reader
from app.sample import CLINICIAN, PATIENT, reference_turns
from prompts import templates
from prompts.templates import Template
from visit.charts import Chart
from visit.findings import Finding
from visit.notes import NoteSentence

DAY = date(2026, 1, 5)
"""An invented day of service."""


class SampleNote:
    """The sample visit, read and drafted when it is first asked for, then kept."""

    def __init__(self, reader: Reader, drafter: Drafter) -> None:
        """``drafter`` should need no model: a preview must not wait for one."""
        self._reader = reader
        self._drafter = drafter
        self._lock = threading.Lock()
        self._drafted: tuple[Sequence[NoteSentence], Sequence[Finding]] | None = None

    def text(self, template: Template) -> str:
        """The sample visit's note in a format, as it would be signed."""
        turns = reference_turns()
        with self._lock:
            if self._drafted is None:
                self._drafted = self._draft()
            sentences, findings = self._drafted
            note = self._drafter.assemble(sentences, turns, findings, templates.publish(template))
            return note_text(note, Letterhead(Chart(patient_name=PATIENT), CLINICIAN, DAY))

    def _draft(self) -> tuple[Sequence[NoteSentence], Sequence[Finding]]:
        turns, reading = reference_turns(), self._reader.open(Chart())
        for turn in turns:
            reading.read(turn)
        reading.finish()
        findings = reading.findings()
        drafted = [s for segment in reading.segments() for s in self._drafter.draft(segment, turns, findings)]
        return drafted, findings
