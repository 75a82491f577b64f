"""What the record hands out: frozen dataclasses of people, encounters, notes and audit entries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from app.wire.amendments import AmendmentKind
from app.wire.resources import EncounterState, Role
from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.ids import EncounterId, SentenceId, UserId
from visit.notes import Note

RECORDABLE: Final[tuple[EncounterState, ...]] = ("open", "recording", "no_speech")
"""States in which a visit may be recorded, and the patient may answer anew; after silence one may try again."""

Decision = Literal["suggested", "accepted", "rejected"]
"""What a person decided about a code."""


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account."""

    id: UserId
    username: str
    name: str
    role: Role
    disabled: bool = False


Via = Literal["password", "oidc", "launch"]
"""How somebody signed in: with a password here, at the identity provider, or by opening Sidenote from a chart."""


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in user. ``csrf`` must come back with every change; ``expires_s`` is what is left of it.

    ``id`` names the session where its token must not be, in a :class:`Ticket` for instance. ``launched``: it is open
    in a chart's frame, and whatever it changes must name the launch.
    """

    id: str
    user: User
    csrf: str
    expires_s: int
    via: Via = "password"
    launched: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a redeemed ticket allows: one user, one encounter.

    ``session`` names the session it was asked for in, to be watched with ``Store.session_alive``.
    """

    user: UserId
    encounter: EncounterId
    session: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The patient's answer to being recorded; ``by`` is the name of the user who recorded it."""

    given: bool
    method: Literal["verbal", "written"]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Encounter:
    """One visit as the record knows it.

    ``samples`` are stored per channel; ``channels`` is 0 before the first audio. ``problem`` is the code of
    what went wrong while finishing.
    """

    id: EncounterId
    state: EncounterState
    ehr_encounter_id: str
    owner: UserId
    chart: Chart
    template: str
    created: datetime
    consent: Consent | None = None
    samples: int = 0
    channels: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note at one version. ``stale`` are sentences that rest on words the final pass changed."""

    version: int
    note: Note
    drafter: str
    signed: bool = False
    stale: frozenset[SentenceId] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredCode:
    """A suggested or added code and what was decided about it."""

    suggestion: CodeSuggestion
    decision: Decision = "suggested"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Signing:
    """The clinician's signature: which version, when, and the SHA-256 of the text that was fixed."""

    version: int
    sha256: str
    attestation: str
    by: UserId
    at: datetime


@dataclass(frozen=True, slots=True)
class Amendment:
    """A signed change to a filed note; ``number`` counts the amendments of one note from 1.

    ``target`` is what it is about: 0 the note as it stood, else the number of an addendum. ``text`` is exactly what
    was signed. A replacement carries the whole ``note`` that takes the place of the old one.
    """

    encounter: EncounterId
    number: int
    kind: AmendmentKind
    target: int
    note_version: int
    text: bytes
    sha256: str
    attestation: str
    by: UserId
    at: datetime
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold: the encounter is kept until it is released."""

    encounter: EncounterId
    by: UserId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Emergency access: ``user`` may read another's encounter between ``at`` and ``until``."""

    encounter: EncounterId
    user: UserId
    at: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One link of the audit chain. It holds ids and codes, never what was said."""

    number: int
    at: datetime
    actor: str
    action: str
    target: str
    ids: dict[str, str]
    head: str
