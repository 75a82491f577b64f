"""How a signed text reaches the EHR: what the filing ledger asks of any way there.

Two ways exist: FHIR (:mod:`app.ehr.fhir_delivery`) and HL7 v2 (:mod:`app.hl7.delivery`). The ledger
(:mod:`app.ehr.filing`) is the same for both.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

from app.ehr.answers import Answer
from app.ehr.document import SignedNote
from app.ehr.issues import Issue
from app.wire.amendments import AmendmentKind

Kind = Literal["note"] | AmendmentKind


@dataclass(frozen=True, slots=True)
class Target:
    """A document that was filed before: the id the EHR gave, and the SHA-256 of its bytes."""

    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A signed text on its way: the note, or an amendment of the document ``target``.

    A retraction's ``note`` is the signed statement of why; the document it withdraws is ``target``.
    """

    note: SignedNote
    sha256: str
    drafter: str
    kind: Kind = "note"
    target: Target | None = None


class Package(Protocol):
    """One outgoing text in the form that its way takes, freshly checked against the EHR."""

    @property
    def guarded(self) -> bool:
        """Whether the other end itself refuses a second copy, so that sending again is safe."""

    @property
    def searchable(self) -> bool:
        """Whether :meth:`find` can ever find it."""

    def issues(self) -> list[Issue]:
        """Every reason not to send it."""

    def send(self, control: str) -> Answer:
        """Send it once; ``control`` is the same whenever the same line of the ledger is sent. Never raises."""

    def find(self) -> list[str] | None:
        """Ids under which the EHR holds it; ``None`` when the EHR cannot be searched."""

    def difference(self, document_id: str) -> str | None:
        """What is wrong with the EHR's copy; ``None`` when nothing is, or nothing can be known."""

    def attest(self, document_id: str) -> None:
        """File who made it, where that is wanted; best effort, at most once."""


class Delivery(Protocol):
    """One way into the EHR."""

    @property
    def destination(self) -> str:
        """Where texts go, for people."""

    @property
    def doc_status(self) -> str:
        """The docStatus that a signed note arrives with."""

    def refusal(self, kind: AmendmentKind) -> str | None:
        """Why this way takes no such amendment; ``None`` when it does."""

    def effect(self, kind: AmendmentKind) -> str:
        """What such an amendment does at the other end, for people."""

    def package(self, outgoing: Outgoing) -> Package:
        """Make it ready; raises :class:`Unavailable` when the EHR must be asked and does not answer."""
