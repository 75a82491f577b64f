"""What the chart already says before the visit begins."""

from dataclasses import dataclass
from datetime import date

from visit.ids import PatientId


@dataclass(frozen=True, slots=True)
class Chart:
    """Context read from the record. It biases hearing and informs drafting; it is never evidence of speech."""

    patient_id: PatientId | None = None
    patient_name: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    clinician_name: str | None = None
    medications: tuple[str, ...] = ()
    allergies: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
