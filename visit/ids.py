"""Typed identifiers. Each is an opaque string; none carries a name, a number of a record or a date."""

from typing import NewType

EncounterId = NewType("EncounterId", str)
PatientId = NewType("PatientId", str)
UserId = NewType("UserId", str)
FindingId = NewType("FindingId", str)
SegmentId = NewType("SegmentId", str)
SentenceId = NewType("SentenceId", str)
SubmissionId = NewType("SubmissionId", str)
