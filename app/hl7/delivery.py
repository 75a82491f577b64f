"""Delivery over HL7 v2: documents as MDM messages, acknowledged by the interface.

The chart is still read over FHIR. An interface cannot be searched: when no acknowledgement comes, the same message
is sent again under the same control id and document number, by which the receiver knows it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from app.ehr.amending import EFFECT
from app.ehr.answers import Answer, Meaning
from app.ehr.delivery import Outgoing, Package
from app.ehr.issues import Issue
from app.ehr.text_rules import MAX_NOTE_BYTES, text_problems
from app.ehr.transport import AnswerLost, NotSent
from app.errors import InvalidInput
from app.hl7.mdm import Envelope, document_number, mdm
from app.hl7.message import Acknowledgement
from app.hl7.mllp import Address, exchange
from app.hl7.people import Provider, Visit, provider_from, visit_from
from app.settings import Settings
from app.wire.amendments import AmendmentKind

if TYPE_CHECKING:
    from app.ehr.client import Ehr

DUPLICATE: Final = "205"
"""Duplicate key identifier (HL7 table 0357): the receiver knows this document already."""

_STATUS: Final = {"AU": "final", "LA": "final", "DO": "preliminary"}
"""What a completion status (HL7 table 0271) is in FHIR's words."""


@dataclass(frozen=True, slots=True)
class Interface:
    """An HL7 v2 interface and what it wants in its messages."""

    address: Address
    sender: str
    receiver: str
    status: str


def interface_from(settings: Settings) -> Interface | None:
    """The interface that the settings name, if they do; raises :class:`InvalidInput` for a bad address."""
    if settings.mllp_address is None:
        return None
    host, _, port = settings.mllp_address.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise InvalidInput("SIDENOTE_MLLP_ADDRESS must be host:port.", code="input.setting")
    address = Address(host.strip("[]"), int(port), settings.mllp_tls, settings.ehr_timeout_s)
    return Interface(address, settings.mllp_sender, settings.mllp_receiver, settings.mllp_status)


class MdmDelivery:
    """Documents as MDM messages."""

    def __init__(self, ehr: "Ehr", interface: Interface) -> None:
        """``ehr`` is asked for record and visit numbers."""
        self._ehr = ehr
        self._interface = interface

    @property
    def destination(self) -> str:
        """The interface's address."""
        return f"HL7 v2 interface at {self._interface.address}"

    @property
    def doc_status(self) -> str:
        """What TXA-17 says, in FHIR's words."""
        return _STATUS[self._interface.status]

    def refusal(self, kind: AmendmentKind) -> str | None:  # noqa: ARG002 - MDM knows all of them
        """Nothing is refused."""
        return None

    def effect(self, kind: AmendmentKind) -> str:
        """As everywhere."""
        return EFFECT[kind]

    def package(self, outgoing: Outgoing) -> Package:
        """Read the numbers by which the receiver knows patient, visit and clinician."""
        who = outgoing.note.participants
        patient, encounter, practitioner = (
            self._ehr.read(*reference.split("/", 1)) for reference in (who.patient, who.encounter, who.author)
        )
        return _Message(self._interface, outgoing, visit_from(patient, encounter), provider_from(practitioner))


@dataclass(frozen=True)
class _Message:
    """One message, sent again unchanged but for its time."""

    interface: Interface
    outgoing: Outgoing
    visit: Visit
    author: Provider
    guarded: bool = True
    searchable: bool = False

    def issues(self) -> list[Issue]:
        """The rules for text, and the numbers without which a receiver cannot file."""
        return list(self._issues())

    def _issues(self) -> Iterator[Issue]:
        text = self.outgoing.note.text
        if self.visit.record is None:
            yield Issue("PID-3", "the EHR names no record number of the patient")
        if not self.visit.family and not self.visit.given:
            yield Issue("PID-5", "the EHR names no patient")
        if hashlib.sha256(text).hexdigest() != self.outgoing.sha256:
            yield Issue("OBX-5", "is not the text that was signed")
        if len(text) > MAX_NOTE_BYTES:
            yield Issue("OBX-5", f"is larger than {MAX_NOTE_BYTES} bytes")
        for problem in text_problems(text.decode(), _STATUS[self.interface.status]):
            yield Issue("OBX-5", problem)

    def send(self, control: str) -> Answer:
        """One exchange; ``control`` is MSH-10."""
        interface = self.interface
        envelope = Envelope(interface.sender, interface.receiver, interface.status, control, datetime.now(UTC))
        message = mdm(self.outgoing, self.visit, self.author, envelope)
        try:
            answer = exchange(interface.address, message, control)
        except NotSent:
            return Answer(Meaning.NOT_SENT, problem="The interface cannot be reached. Nothing was sent.")
        except AnswerLost:
            return Answer(Meaning.UNKNOWN, problem="The interface did not acknowledge the message.")
        return self._read(answer)

    def _read(self, answer: Acknowledgement) -> Answer:
        """What an acknowledgement means (HL7 2.5.1, 2.9.2; table 0008)."""
        if answer.code in ("AA", "CA"):
            return Answer(Meaning.CREATED, document_number(self.outgoing))
        what = f" ({'; '.join([answer.code, *answer.errors])})"
        if any(error.startswith(DUPLICATE) for error in answer.errors):
            return Answer(Meaning.CONFLICT, problem=f"The interface says that it has this document{what}.")
        if answer.code in ("AE", "CE"):
            return Answer(Meaning.REFUSED, problem=f"The interface refused the document{what}.")
        return Answer(Meaning.NOT_ALLOWED, problem=f"The interface rejected the message{what}. Nothing was filed.")

    def find(self) -> list[str] | None:
        """An interface cannot be searched."""
        return None

    def difference(self, document_id: str) -> str | None:  # noqa: ARG002 - nothing can be read back
        """An interface gives nothing back."""
        return None

    def attest(self, document_id: str) -> None:
        """TXA names author and authenticator; there is nothing else to file."""
