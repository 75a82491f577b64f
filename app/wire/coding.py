"""Resources of the coders' work: the queue, one visit's review, agreement, audit."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.coding.review import Action, Priority, ReviewState
from app.wire.resources import CodeEvidenceView, EncounterSummary, Resource
from visit.codes import Complexity


class ReviewView(Resource):
    """Where the coding of a visit stands. ``actions`` are the steps that the asking user may take now."""

    state: ReviewState
    priority: Priority
    assignee: str | None = Field(None, description="Name of the coder who has the visit.")
    mine: bool = False
    locked: bool = Field(False, description="Another coder has it now.")
    actions: list[Action] = Field(default_factory=list)


class QueueItem(Resource):
    """A row of the queue. ``waiting_s`` is the visit's age in seconds."""

    encounter: EncounterSummary
    review: ReviewView
    waiting_s: int
    undecided: int


class RemarkView(Resource):
    """Something that was said about the coding of a visit."""

    kind: Literal["query", "answer", "return"]
    by: str
    at: datetime
    text: str


class HintView(Resource):
    """A question about what the note leaves open. It never proposes an answer."""

    id: str
    question: str
    guideline: str
    code: str
    sentence: str | None = None


class LevelElementView(Resource):
    """One element of medical decision making with its evidence."""

    name: Literal["problems", "data", "risk"]
    level: Complexity
    why: str
    evidence: list[CodeEvidenceView]


class LevelView(Resource):
    """The level that the note documents. ``by_time`` is what the stated minutes support, when they are stated."""

    level: Complexity
    elements: list[LevelElementView]
    minutes: int | None = None
    by_time: Complexity | None = None


class CodeProblemView(Resource):
    """What is wrong with a code on the claim."""

    code: str
    kind: Literal["unknown", "incomplete", "excluded", "integral", "order", "patient", "negated", "undocumented"]
    why: str


class HccView(Resource):
    """A risk-adjustment category of an accepted code. It informs; nothing is suggested because of it."""

    code: str
    category: str
    label: str


class CodingView(Resource):
    """Everything that the coders' desk shows beside the note and its codes."""

    review: ReviewView
    remarks: list[RemarkView]
    hints: list[HintView]
    level: LevelView | None = Field(None, description="Absent before there is a note.")
    problems: list[CodeProblemView] = Field(description="Of the accepted codes; empty when the claim is clean.")
    hccs: list[HccView]
    release: str = Field(description="Of the official list that codes are suggested and checked from.")


class ReviewStep(Resource):
    """Body of ``POST /api/encounters/{id}/coding/{action}``."""

    text: str | None = Field(None, max_length=2000)


class NewPriority(Resource):
    """Body of ``PUT /api/encounters/{id}/coding/priority``."""

    priority: Priority


class CodeChange(Resource):
    """Body of ``POST /api/encounters/{id}/codes/{code}/change``."""

    to: str = Field(min_length=3, max_length=8)
    reason: str = Field(min_length=1, max_length=500)


class EnteredCodes(Resource):
    """Body of ``POST /api/encounters/{id}/coding/audit``: codes as a clinician or another system entered them."""

    codes: list[str] = Field(min_length=1, max_length=50)
    level: Complexity | None = None


class AuditedCodes(Resource):
    """What is wrong with entered codes, and whether an entered visit level is above or below what is documented."""

    problems: list[CodeProblemView]
    level: Literal["over", "under"] | None = None
    documented: Complexity | None = None


class AgreementRow(Resource):
    """Counts under one heading; ``rate`` is absent while nothing was decided."""

    key: str
    decided: int
    accepted: int
    changed: int
    rejected: int
    added: int
    rate: float | None = None


class AgreementView(Resource):
    """How often suggestions were kept: in all, per code, per person, per version of what suggests."""

    total: AgreementRow
    by_code: list[AgreementRow]
    by_coder: list[AgreementRow]
    by_model: list[AgreementRow]
