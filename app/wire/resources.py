"""REST resources. Positions are integer samples at 16 kHz; times are ISO 8601 with offset."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from visit.findings import FindingKind, Polarity, Subject, Timing
from visit.notes import Division, Form, Origin, Section, Verdict
from visit.submissions import SubmissionState
from visit.turns import DoubtKind, Speaker

EncounterState = Literal["open", "recording", "finishing", "no_speech", "drafted", "signed", "filed"]
"""open → recording → finishing → drafted → signed → filed; ``no_speech`` when nothing was said."""

Role = Literal["clinician", "coder", "admin"]


class Resource(BaseModel):
    """The base of every shape on the wire: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class SignIn(Resource):
    """Body of ``POST /api/session``. ``code`` is that of the authenticator, where there is one."""

    username: str = Field(max_length=100)
    password: str = Field(max_length=200)
    code: str | None = Field(None, max_length=7)


class UserView(Resource):
    """A person with an account."""

    id: str
    username: str
    name: str
    role: Role
    disabled: bool = False


class NewUser(Resource):
    """Body of ``POST /api/users``."""

    username: str = Field(min_length=1, max_length=100)
    name: str = Field(min_length=1, max_length=200)
    role: Role
    password: str = Field(max_length=200)


class PasswordChange(Resource):
    """Body of ``PUT /api/session/password``: the user's own."""

    old: str = Field(max_length=200)
    new: str = Field(max_length=200)
    code: str | None = Field(None, max_length=7)


class NewPassword(Resource):
    """Body of ``PUT /api/users/{id}/password``: set by an administrator."""

    password: str = Field(max_length=200)


class SessionView(Resource):
    """Answer of ``POST`` and ``GET /api/session``. Send ``csrf`` back as ``X-CSRF-Token`` with every change."""

    user: UserView
    csrf: str
    expires_s: int
    second_factor: bool = False
    factor_setup: bool = Field(False, description="An authenticator must be set up before anything else works.")
    via: Literal["password", "oidc", "launch"] = "password"


class PatientView(Resource):
    """Who the visit is about, for the banner."""

    id: str
    name: str
    birth_date: date | None = None
    sex: str | None = None


class ScheduledVisit(Resource):
    """An encounter that the EHR knows and that may be recorded."""

    ehr_encounter_id: str
    patient: PatientView
    start: datetime | None = None
    reason: str | None = None
    encounter_id: str | None = Field(None, description="Sidenote's encounter, when one was opened already.")


class OpenEncounter(Resource):
    """Body of ``POST /api/encounters``."""

    ehr_encounter_id: str = Field(max_length=200)
    template: str = Field("soap", max_length=50)


class ConsentForm(Resource):
    """Body of ``POST /api/encounters/{id}/consent``. A refusal is remembered and blocks recording."""

    given: bool
    method: Literal["verbal", "written"] = "verbal"


class ConsentView(Resource):
    """Consent as recorded."""

    given: bool
    method: Literal["verbal", "written"]
    by: str
    at: datetime


class PatientCheck(Resource):
    """Answer of ``POST /api/encounters/{id}/patient-check``: whether the EHR says that the patient is the same."""

    outcome: Literal["same", "different", "unreachable"]
    at: datetime


class WordView(Resource):
    """One word; ``start`` and ``end`` are samples."""

    text: str
    start: int
    end: int
    probability: float = 1.0


class TurnView(Resource):
    """One turn of the transcript."""

    index: int
    speaker: Speaker
    text: str
    start: int
    end: int
    words: list[WordView] = []
    voice: str | None = None


class GapView(Resource):
    """Speech that could not be written down."""

    start: int
    end: int
    reason: str


class DoubtView(Resource):
    """A place to listen to again; see :class:`visit.turns.Doubt`."""

    kind: DoubtKind
    text: str
    start: int
    end: int
    other: str = ""
    reason: str = ""


class DetailView(Resource):
    """See :class:`visit.findings.Detail`."""

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


class FindingView(Resource):
    """See :class:`visit.findings.Finding`."""

    id: str
    kind: FindingKind
    concept: str
    text: str
    turns: list[int]
    polarity: Polarity
    subject: Subject
    timing: Timing
    detail: DetailView
    supersedes: str | None = None
    division: Division | None = None


class SentenceView(Resource):
    """One sentence of the note. ``stale`` means that a word it rests on changed in the final pass."""

    id: str
    division: Division
    section: Section
    text: str
    evidence: list[int]
    verdict: Verdict
    origin: Origin
    findings: list[str] = []
    reasons: list[str] = []
    stale: bool = False


class SectionLayout(Resource):
    """A section of a note format: its title and the divisions it holds, in order."""

    title: str
    divisions: list[Division]


class NoteView(Resource):
    """The note at one version; ``version`` grows with every change.

    ``layout`` are the sections of its format; ``aside`` are drafted sentences that the format or length leaves out.
    """

    version: int
    template: str
    sentences: list[SentenceView]
    not_discussed: list[Division]
    drafter: str = Field(description="Engine that wrote the draft: local, openai or rules.")
    signed: bool = False
    aside: list[SentenceView] = []
    form: Form | None = Field(None, description="How the sentences are set, where it is not as the format says.")
    layout: list[SectionLayout] = []


class CodeEvidenceView(Resource):
    """Words of the note that a code rests on, and the turns behind them."""

    text: str
    sentence: str | None = None
    turns: list[int] = []


class CodeView(Resource):
    """A suggested or added ICD-10-CM code and what was decided about it."""

    code: str
    display: str
    score: float
    reason: str
    evidence: list[CodeEvidenceView]
    accepted_tier: bool = True
    decision: Literal["suggested", "accepted", "rejected"] = "suggested"
    decision_reason: str | None = None


class SubmissionView(Resource):
    """The filing of a signed note."""

    id: str
    note_version: int
    state: SubmissionState
    sha256: str
    location: str | None = None
    problem: str | None = None


class EncounterSummary(Resource):
    """A row of the encounter list."""

    id: str
    state: EncounterState
    patient: PatientView
    ehr_encounter_id: str
    created: datetime


class ChartView(Resource):
    """What the chart said when the encounter was opened."""

    medications: list[str]
    allergies: list[str]
    problems: list[str]


class EncounterView(EncounterSummary):
    """Everything about one encounter that the page shows."""

    template: str
    chart: ChartView
    consent: ConsentView | None = None
    earlier_refusal: ConsentView | None = Field(
        None, description="The patient's answer at an earlier visit, while this one has none and that was no."
    )
    reading_until: datetime | None = Field(
        None, description="Read by emergency access until then; nothing can be changed."
    )
    samples: int = Field(description="Samples stored durably.")
    turns: list[TurnView]
    gaps: list[GapView]
    doubts: list[DoubtView] = []
    findings: list[FindingView]
    note: NoteView | None = None
    codes: list[CodeView]
    submission: SubmissionView | None = None
    problem: str | None = Field(None, description="Code of what went wrong while finishing, when something did.")
    last_event: int = Field(0, description="Events up to this one are in this answer; watch from here on.")


class VoiceView(Resource):
    """Whether the clinician's voice is enrolled, and since when."""

    enrolled: bool
    at: datetime | None = None


class TicketView(Resource):
    """A single-use ticket for one WebSocket connection; sent as subprotocol ``ticket.<ticket>``."""

    ticket: str
    expires_s: int


class Edit(Resource):
    """One change to the note. ``insert`` needs ``division`` or the ``sentence`` to follow; the others ``sentence``.

    ``restore`` brings a sentence back as it was in ``version``, with its evidence: the undo of the other three.
    """

    op: Literal["replace", "insert", "delete", "restore"]
    sentence: str | None = None
    division: Division | None = None
    text: str | None = Field(None, max_length=4000)
    version: int | None = None


class NoteEdits(Resource):
    """Body of ``POST /api/encounters/{id}/note/edits``; refused with ``conflict.version`` when stale."""

    version: int
    edits: list[Edit] = Field(min_length=1, max_length=200)


class SentenceChange(Resource):
    """What became of one sentence between the draft and the newest version of the note."""

    kind: Literal["kept", "reworded", "added", "deleted"]
    division: Division
    before: str | None
    after: str | None


class CodeDecision(Resource):
    """Body of ``PUT /api/encounters/{id}/codes/{code}``; ``accepted`` also adds a code that was not suggested.

    ``suggested`` takes a decision back.
    """

    decision: Literal["suggested", "accepted", "rejected"]
    reason: str | None = Field(None, max_length=500)


class Preview(Resource):
    """Exactly the text that signing fixes and submitting sends, and its SHA-256."""

    version: int
    text: str
    sha256: str
    destination: str
    doc_status: str


class Signature(Resource):
    """Body of ``POST /api/encounters/{id}/sign``: the version and hash that the clinician saw."""

    version: int
    sha256: str
    attestation: str = Field(min_length=1, max_length=500)


class CheckView(Resource):
    """One thing that ``sidenote doctor`` looked at; ``advice`` says what to do when it is not ``ok``."""

    name: str
    ok: bool
    advice: str


class AuditEntryView(Resource):
    """One link of the audit chain; it holds ids and codes, never what was said."""

    number: int
    at: datetime
    actor: str
    action: str
    target: str
    ids: dict[str, str]
    head: str


class AuditView(Resource):
    """Answer of ``GET /api/audit``: some entries, and the number and head at the end of the verified chain."""

    number: int
    head: str
    entries: list[AuditEntryView]


class Problem(BaseModel):
    """RFC 9457 problem details; ``code`` is stable."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    retryable: bool = False
