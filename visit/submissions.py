"""A signed note on its way into the record system."""

from dataclasses import dataclass
from enum import StrEnum

from visit.ids import EncounterId, SubmissionId


class SubmissionState(StrEnum):
    """Where a submission stands. ``UNKNOWN`` means the answer was lost: it may or may not be filed."""

    PENDING = "pending"
    FILED = "filed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Submission:
    """One attempt to file one signed text: the note, or (``amendment`` > 0) an amendment of it.

    ``location`` is the id the EHR gave.
    """

    id: SubmissionId
    encounter: EncounterId
    note_version: int
    state: SubmissionState
    sha256: str
    location: str | None = None
    problem: str | None = None
    amendment: int = 0
