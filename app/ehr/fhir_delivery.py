"""Delivery over FHIR R4: a new DocumentReference for a note, an addendum or a replacement, an update for a retraction.

Where the EHR wants it so, a replacement is an update too.
"""

import copy
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from app.ehr.amending import EFFECT
from app.ehr.answers import Answer, Meaning
from app.ehr.delivery import Outgoing, Package, Target
from app.ehr.document import NOTE_SYSTEM, Relation, document_reference
from app.ehr.issues import Issue
from app.ehr.preflight import Expected, check
from app.ehr.profiles import shaped
from app.ehr.provenance import Making, provenance
from app.ehr.reconcile import encounters_of, find_filed
from app.ehr.references import literal
from app.errors import SidenoteError
from app.wire.amendments import AmendmentKind

if TYPE_CHECKING:
    from app.ehr.client import Ehr

log = logging.getLogger(__name__)

_RELATION: Final[dict[str, Literal["appends", "replaces"]]] = {"addendum": "appends", "replacement": "replaces"}
RETRACTED: Final = "entered-in-error"
AMENDED: Final = "amended"
UPDATED: Final = "The note in the EHR is changed to this text and marked as amended."


class FhirDelivery:
    """Documents as FHIR resources, shaped for the EHR's profile."""

    def __init__(self, ehr: "Ehr") -> None:
        """``ehr`` is where they go."""
        self._ehr = ehr

    @property
    def destination(self) -> str:
        """The profile and the server's host."""
        return f"{self._ehr.profile.title} FHIR server at {self._ehr.host}"

    @property
    def doc_status(self) -> str:
        """The profile's."""
        return self._ehr.profile.doc_status

    def refusal(self, kind: AmendmentKind) -> str | None:
        """Vendors that take no amendment over FHIR say so in their profile."""
        return self._ehr.profile.no_amendments.get(kind)

    def effect(self, kind: AmendmentKind) -> str:
        """A replacement is an update where the profile says so."""
        return UPDATED if kind == "replacement" and self._ehr.profile.replaces_by_update else EFFECT[kind]

    def package(self, outgoing: Outgoing) -> Package:
        """A resource to create, or one of the EHR's to change."""
        if outgoing.target and outgoing.kind == "retraction":
            return _Retraction(self._ehr, outgoing, outgoing.target)
        if outgoing.target and outgoing.kind == "replacement" and self._ehr.profile.replaces_by_update:
            return _Correction(self._ehr, outgoing, outgoing.target)
        resource = self._resource(outgoing)
        guarded = "identifier" in resource and self._ehr.conditional_create()
        return _Document(self._ehr, outgoing, resource, guarded)

    def _resource(self, outgoing: Outgoing) -> dict[str, Any]:
        """The document in the shape of the EHR's profile. Only what an AI helped to write is labelled so."""
        note, code = outgoing.note, _RELATION.get(outgoing.kind)
        if code and outgoing.target:
            note = replace(note, relation=Relation(code, outgoing.target.id))
        label = self._ehr.ai_label and outgoing.kind != "addendum"
        return shaped(document_reference(note, ai_label=label), self._ehr.profile)


@dataclass
class _Document:
    """A DocumentReference to create; ``guarded`` when the server promises to honour If-None-Exist."""

    ehr: "Ehr"
    outgoing: Outgoing
    resource: dict[str, Any]
    guarded: bool
    searchable: bool = True

    def issues(self) -> list[Issue]:
        """The pre-submit rules."""
        who = self.outgoing.note.participants
        expected = Expected(who.patient, who.encounter, who.author, self.outgoing.sha256)
        return check(self.resource, self.ehr.profile, expected)

    def send(self, control: str) -> Answer:  # noqa: ARG002 - FHIR needs no message id: the identifier guards
        """POST, with If-None-Exist where it is honoured."""
        only_once = f"identifier={NOTE_SYSTEM}|{self.outgoing.note.note_id}" if self.guarded else None
        return self.ehr.create(self.resource, only_once)

    def find(self) -> list[str] | None:
        """Search by identifier, then by patient, encounter and type; the bytes decide."""
        return find_filed(self.ehr, self.outgoing.note, self.outgoing.sha256)

    def difference(self, document_id: str) -> str | None:
        """Read the copy back and compare its bytes."""
        try:
            copy_ = self.ehr.read("DocumentReference", document_id)
            same = self.ehr.holds(copy_, self.outgoing.sha256)
        except SidenoteError:
            return "Filed; the EHR's copy could not be read back."
        return None if same else "Filed, but the EHR's copy is not byte for byte what was signed."

    def attest(self, document_id: str) -> None:
        """File the Provenance."""
        file_provenance(self.ehr, self.outgoing, document_id)


@dataclass
class _Change(ABC):
    """A document of the EHR's to be changed, if it still is what we filed. Doing it twice is doing it once."""

    ehr: "Ehr"
    outgoing: Outgoing
    target: Target
    guarded: bool = True
    searchable: bool = True

    @cached_property
    def held(self) -> dict[str, Any]:
        """The EHR's copy as it is now."""
        return self.ehr.read("DocumentReference", self.target.id)

    def issues(self) -> list[Issue]:
        """The copy must be the document that we filed: this patient's, of this encounter, with these bytes."""
        return list(self._issues())

    def _issues(self) -> Iterator[Issue]:
        who, held = self.outgoing.note.participants, self.held
        subject = literal(held.get("subject"))
        if subject is None or str(subject) != who.patient:
            yield Issue("DocumentReference.subject", "is another patient's in the EHR")
        places = encounters_of(held)
        if places and who.encounter not in places:
            yield Issue("DocumentReference.context.encounter", "is of another encounter in the EHR")
        if not self.ehr.holds(held, self.target.sha256):
            yield Issue("DocumentReference.content[0]", "is not what was filed; a person must look in the EHR")

    def find(self) -> list[str] | None:
        """Whether it is changed by now."""
        try:
            held = self.ehr.read("DocumentReference", self.target.id)
            return [self.target.id] if self._done(held) else []
        except SidenoteError:
            return None

    @abstractmethod
    def send(self, control: str) -> Answer:
        """PUT the change, once."""

    @abstractmethod
    def _done(self, held: dict[str, Any]) -> bool:
        """Whether a copy shows the change."""

    def difference(self, document_id: str) -> str | None:  # noqa: ARG002 - it is the target
        """The EHR may have answered well and changed nothing."""
        found = self.find()
        if found is None:
            return "Filed; the EHR's copy could not be read back."
        return None if found else "The EHR took the change, but still shows the document as it was."

    def attest(self, document_id: str) -> None:
        """File the Provenance of the change."""
        file_provenance(self.ehr, self.outgoing, document_id)


class _Retraction(_Change):
    """A document to be marked as entered in error."""

    def send(self, control: str) -> Answer:  # noqa: ARG002 - an update is guarded by the version it is made from
        """PUT the copy with its status changed, if it is still the version that was read."""
        changed = copy.deepcopy(self.held)
        changed["status"] = RETRACTED
        if "docStatus" in changed:
            changed["docStatus"] = RETRACTED
        return self.ehr.update(changed)

    def _done(self, held: dict[str, Any]) -> bool:
        return held.get("status") == RETRACTED


class _Correction(_Change):
    """A note to be put in the place of the one that was filed, under the same id, as amended."""

    @cached_property
    def resource(self) -> dict[str, Any]:
        """The whole corrected note in the EHR's shape."""
        made = document_reference(self.outgoing.note, ai_label=self.ehr.ai_label)
        return shaped({**made, "docStatus": AMENDED}, self.ehr.profile)

    def _issues(self) -> Iterator[Issue]:
        yield from super()._issues()
        if not self._version:
            yield Issue("DocumentReference.meta.versionId", "is missing in the EHR; correct the note there")
        who, profile = self.outgoing.note.participants, self.ehr.profile
        expected = Expected(who.patient, who.encounter, who.author, self.outgoing.sha256)
        yield from check(self.resource, replace(profile, doc_statuses=profile.doc_statuses | {AMENDED}), expected)

    @property
    def _version(self) -> str | None:
        meta = self.held.get("meta")
        return meta.get("versionId") if isinstance(meta, dict) else None

    def send(self, control: str) -> Answer:  # noqa: ARG002 - an update is guarded by the version it is made from
        """PUT the whole note under the old one's id, if that is still the version that was read."""
        return self.ehr.update({**self.resource, "id": self.target.id, "meta": {"versionId": self._version}})

    def _done(self, held: dict[str, Any]) -> bool:
        return self.ehr.holds(held, self.outgoing.sha256)


def file_provenance(ehr: "Ehr", outgoing: Outgoing, document_id: str) -> None:
    """Best effort: the document is filed whether or not the EHR takes its Provenance."""
    note = outgoing.note
    if not (ehr.provenance and ehr.profile.provenance and note.participants.custodian):
        return
    making = Making(document_id, note.participants, note.start, note.signed_at, outgoing.drafter, kind=outgoing.kind)
    resource = provenance(making)
    if check(resource):
        log.error("provenance of document %s failed its checks and was not sent", document_id)
        return
    answer = ehr.create(resource)
    if answer.meaning is not Meaning.CREATED:
        log.warning("provenance of document %s was not filed: %s", document_id, answer.meaning.value)
