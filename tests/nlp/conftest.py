"""A short way to write a visit."""

from collections.abc import Callable

import pytest

from nlp.reader import ClinicalReader, VisitReading
from visit.charts import Chart
from visit.turns import Speaker, Turn

SPEAKERS = {"d": Speaker.CLINICIAN, "p": Speaker.PATIENT, "o": Speaker.OTHER, "u": Speaker.UNKNOWN}


@pytest.fixture(scope="session")
def reader() -> ClinicalReader:
    return ClinicalReader()


@pytest.fixture
def hear(reader: ClinicalReader) -> Callable[..., VisitReading]:
    """``hear("d: Any fever?", "p: No.")`` reads a visit and finishes it."""

    def _hear(*lines: str) -> VisitReading:
        reading = reader.open(Chart())
        for index, line in enumerate(lines):
            who, text = line.split(": ", 1)
            reading.read(Turn(index, SPEAKERS[who], text))
        reading.finish()
        return reading

    return _hear
