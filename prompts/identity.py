"""Stable names of sentences: the same words in the same place on the same evidence have the same id."""

import hashlib
from collections.abc import Sequence

from visit.ids import SentenceId
from visit.notes import Division


def sentence_id(division: Division, text: str, evidence: Sequence[int]) -> SentenceId:
    """An id that depends on the division, the words and the cited turns, and on nothing else."""
    key = "\x1f".join((division.value, " ".join(text.split()), *(str(i) for i in evidence)))
    return SentenceId(hashlib.sha256(key.encode()).hexdigest()[:16])
