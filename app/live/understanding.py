"""One visit being understood: its turns, the reading of them, and segments to draft. Synchronous."""

import logging
import time
from collections.abc import Sequence
from typing import Final

from app.ports import Reader, Reading
from visit.charts import Chart
from visit.findings import Finding
from visit.ids import FindingId, SegmentId
from visit.notes import Division, Segment
from visit.turns import Turn

log = logging.getLogger(__name__)

READ_AGAIN_S: Final = 20.0
"""How often revised speakers may have the whole visit read again while it goes on."""

PLAIN_SEGMENT: Final = 8
"""Turns in a segment when the reader found none."""


class Understanding:
    """Turns in, findings and segments out. A reader that fails costs findings, never turns.

    Not thread-safe: the one reading thread uses it.
    """

    def __init__(self, reader: Reader, chart: Chart) -> None:
        """Start with an empty visit."""
        self._reader = reader
        self._chart = chart
        self._reading: Reading | None = None
        self._revised = False
        self._read_at = time.monotonic()
        self.turns: list[Turn] = []
        self.failed = False
        self._open()

    def take(self, turn: Turn) -> tuple[Finding, ...]:
        """Add a turn, or revise the speaker of one already there; return new and revised findings."""
        if turn.index < len(self.turns):
            self._revised |= self.turns[turn.index].speaker != turn.speaker
            self.turns[turn.index] = turn
            return ()
        self.turns.append(turn)
        if self._revised and time.monotonic() - self._read_at > READ_AGAIN_S:
            self.read_again(self.turns)
            return self.findings()
        return self._read(turn)

    def read_again(self, turns: Sequence[Turn]) -> None:
        """Read these turns from the start, in place of what was read before."""
        self.turns = list(turns)
        self._open()
        for turn in self.turns:
            self._read(turn)
        self._read_at = time.monotonic()

    def finish(self) -> None:
        """The last turn was taken: close the last segment."""
        if self._revised:
            self.read_again(self.turns)
        if self._reading is not None:
            try:
                self._reading.finish()
            except Exception as error:
                self._fail(error)

    def findings(self) -> tuple[Finding, ...]:
        """Every finding as it stands."""
        try:
            return self._reading.findings() if self._reading is not None else ()
        except Exception as error:
            self._fail(error)
            return ()

    def segments(self) -> tuple[Segment, ...]:
        """The closed segments so far."""
        try:
            return self._reading.segments() if self._reading is not None else ()
        except Exception as error:
            self._fail(error)
            return ()

    def whole(self) -> tuple[Segment, ...]:
        """Segments that cover every turn once the visit is finished, plain ones where the reader gave none."""
        segments = self.segments()
        covered = segments[-1].last + 1 if segments else 0
        found = [finding.id for finding in self.findings()] if not segments else []
        return segments + tuple(
            _plain(first, min(first + PLAIN_SEGMENT, len(self.turns)) - 1, found)
            for first in range(covered, len(self.turns), PLAIN_SEGMENT)
        )

    def _open(self) -> None:
        self._revised = False
        try:
            self._reading = self._reader.open(self._chart)
        except Exception as error:
            self._fail(error)

    def _read(self, turn: Turn) -> tuple[Finding, ...]:
        if self._reading is None:
            return ()
        try:
            return self._reading.read(turn)
        except Exception as error:
            self._fail(error)
            return ()

    def _fail(self, error: Exception) -> None:
        """Remember that reading failed; the message may quote what was said, so only its type is logged."""
        if not self.failed:
            log.error("reading failed: %s", type(error).__name__)
        self.failed = True


def _plain(first: int, last: int, findings: Sequence[FindingId]) -> Segment:
    """A segment of turns that no topic was found for."""
    return Segment(SegmentId(f"plain-{first}"), first, last, (Division.HISTORY,), tuple(findings))
