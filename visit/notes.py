"""The note: sections, their divisions, and sentences that cite the turns they rest on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from visit.ids import FindingId, SegmentId, SentenceId


class Section(StrEnum):
    """The four parts of a SOAP note."""

    SUBJECTIVE = "subjective"
    OBJECTIVE = "objective"
    ASSESSMENT = "assessment"
    PLAN = "plan"


class Division(StrEnum):
    """Where in a note a sentence belongs, finer than a section and independent of the format."""

    CHIEF_COMPLAINT = "chief_complaint"
    HISTORY = "history"
    REVIEW_OF_SYSTEMS = "review_of_systems"
    PAST_HISTORY = "past_history"
    MEDICATIONS = "medications"
    ALLERGIES = "allergies"
    FAMILY = "family"
    SOCIAL = "social"
    VITALS = "vitals"
    EXAM = "exam"
    RESULTS = "results"
    ASSESSMENT = "assessment"
    PLAN = "plan"


SECTION_OF: Final[dict[Division, Section]] = {
    Division.CHIEF_COMPLAINT: Section.SUBJECTIVE,
    Division.HISTORY: Section.SUBJECTIVE,
    Division.REVIEW_OF_SYSTEMS: Section.SUBJECTIVE,
    Division.PAST_HISTORY: Section.SUBJECTIVE,
    Division.MEDICATIONS: Section.SUBJECTIVE,
    Division.ALLERGIES: Section.SUBJECTIVE,
    Division.FAMILY: Section.SUBJECTIVE,
    Division.SOCIAL: Section.SUBJECTIVE,
    Division.VITALS: Section.OBJECTIVE,
    Division.EXAM: Section.OBJECTIVE,
    Division.RESULTS: Section.OBJECTIVE,
    Division.ASSESSMENT: Section.ASSESSMENT,
    Division.PLAN: Section.PLAN,
}
"""The SOAP section of each division."""


class Origin(StrEnum):
    """Who wrote a sentence: the language model, a deterministic phrase, or the clinician."""

    MODEL = "model"
    RULES = "rules"
    CLINICIAN = "clinician"


class Verdict(StrEnum):
    """What the verification gate says of a sentence against the turns it cites."""

    SUPPORTED = "supported"
    NEEDS_REVIEW = "needs_review"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of turns on one topic, ``first`` to ``last`` (turn indices, both included)."""

    id: SegmentId
    first: int
    last: int
    divisions: tuple[Division, ...]
    findings: tuple[FindingId, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteSentence:
    """One sentence of a note, its evidence, and what the gate says of it.

    ``evidence`` are turn indices in order; it is empty only for what a clinician typed. ``reasons`` name
    why the verdict is not ``SUPPORTED``.
    """

    id: SentenceId
    division: Division
    text: str
    evidence: tuple[int, ...]
    verdict: Verdict
    origin: Origin
    findings: tuple[FindingId, ...] = ()
    reasons: tuple[str, ...] = ()


Form = Literal["bullets", "sentences", "telegraphic"]
"""How the sentences of a note are set: as bullets, as running text, or as bullets without framing words."""


@dataclass(frozen=True, slots=True)
class Note:
    """A drafted or edited note. ``not_discussed`` are divisions that the visit never touched.

    "Not discussed" is a statement about the visit; it is never the same as a denial. ``aside`` are drafted sentences
    that this format or length leaves out; another one may show them. ``form`` is the clinician's choice where it
    differs from the format's.
    """

    sentences: tuple[NoteSentence, ...]
    template: str = "soap"
    not_discussed: tuple[Division, ...] = ()
    aside: tuple[NoteSentence, ...] = ()
    form: Form | None = None
