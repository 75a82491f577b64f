"""Clinical facts found in what was said, each pointing at the turns that say it."""

from dataclasses import dataclass
from enum import StrEnum

from visit.ids import FindingId
from visit.notes import Division


class FindingKind(StrEnum):
    """What sort of fact a finding is."""

    SYMPTOM = "symptom"
    PROBLEM = "problem"
    MEDICATION = "medication"
    ALLERGY = "allergy"
    VITAL = "vital"
    EXAM = "exam"
    RESULT = "result"
    PROCEDURE = "procedure"
    ORDER = "order"
    SOCIAL = "social"


class Polarity(StrEnum):
    """Whether the fact holds. A thing never asked about has no finding at all."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"


class Subject(StrEnum):
    """Whose fact it is."""

    PATIENT = "patient"
    FAMILY = "family"
    OTHER = "other"


class Timing(StrEnum):
    """When it holds. ``HYPOTHETICAL`` covers "if it gets worse" and "watch out for"."""

    CURRENT = "current"
    PAST = "past"
    HYPOTHETICAL = "hypothetical"


@dataclass(frozen=True, slots=True)
class Detail:
    """What was said about a finding beyond its name, as spoken and normalised; ``None`` when not said.

    ``value`` and ``unit`` hold a measurement ("138/86", "mmHg") or a dose ("10", "mg"). ``action`` is what
    the plan does with it: start, stop, continue, increase, decrease, order, refer, follow up.
    ``relation`` names the relative of a family finding. ``status`` is how a problem stands ("well controlled"),
    ``course`` how a symptom runs ("comes and goes"), ``aggravating`` and ``relieving`` what changes it, ``source`` the
    test or examination that shows it, ``reason`` what a medication or order is for.
    """

    value: str | None = None
    unit: str | None = None
    route: str | None = None
    frequency: str | None = None
    duration: str | None = None
    onset: str | None = None
    severity: str | None = None
    side: str | None = None
    site: str | None = None
    quality: str | None = None
    reaction: str | None = None
    action: str | None = None
    relation: str | None = None
    status: str | None = None
    course: str | None = None
    aggravating: str | None = None
    relieving: str | None = None
    source: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One clinical fact.

    ``concept`` is the normalised clinical name ("dyspnea"), ``text`` the words that were said ("short of
    breath"). ``turns`` are indices of the turns that say it, question before answer. A later correction
    is a new finding that carries the ``id`` of the one it replaces in ``supersedes``. ``division`` is where in a
    note it belongs, judged from how it was said: the same problem may be history or the assessment.
    """

    id: FindingId
    kind: FindingKind
    concept: str
    text: str
    turns: tuple[int, ...]
    polarity: Polarity = Polarity.PRESENT
    subject: Subject = Subject.PATIENT
    timing: Timing = Timing.CURRENT
    detail: Detail = Detail()
    supersedes: FindingId | None = None
    division: Division | None = None
