"""The four ports: what the service asks of hearing, reading, drafting and coding.

The rooms implement them without importing this module; :mod:`app.engines` builds the real ones, tests may
plug in their own. All values come from :mod:`visit`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from visit.charts import Chart
from visit.codes import CodeProblem, CodeSuggestion, Hint, RiskCategory, VisitLevel
from visit.findings import Finding
from visit.hearing import HearingEvent
from visit.notes import Note, NoteSentence, Segment
from visit.turns import Transcript, Turn
from visit.voices import VoicePrint


class LiveStream(Protocol):
    """One visit being heard. ``feed`` never blocks on decoding; events reach ``emit`` on the engine's thread."""

    def feed(self, pcm: bytes) -> None:
        """Add the next samples, interleaved when there are two channels."""

    def finish(self) -> None:
        """Decode what is left and emit it, then return. Blocks; call it off the event loop."""

    def abandon(self) -> None:
        """Drop the stream without decoding the rest."""


class Transcriber(Protocol):
    """Hears. One instance serves every visit of a process."""

    def open(
        self,
        chart: Chart,
        emit: Callable[[HearingEvent], None],
        *,
        channels: int = 1,
        first_sample: int = 0,
        first_turn: int = 0,
        clinician: VoicePrint | None = None,
    ) -> LiveStream:
        """Start hearing at ``first_sample``; a resumed visit passes where its last closed turn ended.

        ``clinician`` is the enrolled voice of who leads the visit.
        """

    def finalise(
        self,
        pcm: Path,
        chart: Chart,
        *,
        channels: int = 1,
        clinician: VoicePrint | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Transcript:
        """Decode a whole visit (raw PCM file) again, better and slower than live."""

    def enrol(self, pcm: Path) -> VoicePrint:
        """The print of the one voice in a recording (raw PCM file); raises :class:`asr.errors.BadAudio`."""


class Reading(Protocol):
    """One visit being understood."""

    def read(self, turn: Turn) -> tuple[Finding, ...]:
        """Take the next turn; return the findings it adds or revises (a revision repeats its id)."""

    def findings(self) -> tuple[Finding, ...]:
        """Every finding so far, revised ones in their last state, in the order of their first turn."""

    def segments(self) -> tuple[Segment, ...]:
        """The closed topic segments so far; they never change and follow each other without a gap."""

    def finish(self) -> None:
        """Close the last segment."""


class Reader(Protocol):
    """Understands turns."""

    def open(self, chart: Chart) -> Reading:
        """Start a new visit."""


class Drafter(Protocol):
    """Writes note sentences, each with its evidence and a verdict."""

    def draft(self, segment: Segment, turns: Sequence[Turn], findings: Sequence[Finding]) -> tuple[NoteSentence, ...]:
        """Sentences for one segment. ``turns`` and ``findings`` are the whole visit's so far."""

    def assemble(
        self,
        sentences: Sequence[NoteSentence],
        turns: Sequence[Turn],
        findings: Sequence[Finding],
        template: str = "soap",
    ) -> Note:
        """Order, merge and reconcile the sentences of all segments into one note."""

    def verify(self, sentence: NoteSentence, turns: Sequence[Turn], findings: Sequence[Finding]) -> NoteSentence:
        """The same sentence with a fresh verdict, for text a clinician changed."""


class Coder(Protocol):
    """Suggests ICD-10-CM codes, and helps the people who decide about them."""

    @property
    def version(self) -> str:
        """What suggests, in words that change when its suggestions may."""

    @property
    def release(self) -> str:
        """The release of the official list in use, for people ("April 2026")."""

    def suggest(
        self, note: Note, findings: Sequence[Finding] = (), chart: Chart | None = None
    ) -> tuple[CodeSuggestion, ...]:
        """Suggestions for the assessed problems of a note, best first.

        ``findings`` say what was denied, and what the note leaves open; ``chart`` says whose note it is.
        """

    def search(self, query: str, limit: int = 10) -> tuple[CodeSuggestion, ...]:
        """Billable codes that match a description or the start of a code, for a person who looks one up."""

    def hints(self, note: Note, suggestions: Sequence[CodeSuggestion]) -> tuple[Hint, ...]:
        """Open questions that the accepted suggestions depend on."""

    def level(self, note: Note, suggestions: Sequence[CodeSuggestion]) -> VisitLevel:
        """The level of decision making that the note documents."""

    def audit(self, codes: Sequence[str], note: Note, chart: Chart | None = None) -> tuple[CodeProblem, ...]:
        """What is wrong with codes that a person entered; nothing when the claim is clean."""

    def risk_categories(self, codes: Sequence[str]) -> tuple[RiskCategory, ...]:
        """Risk-adjustment categories of codes, for information."""
