"""The EHR as a FHIR R4 server: today's encounters, the chart, and documents written, read and searched."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from math import inf
from typing import Any, Final
from urllib.parse import quote, urlsplit

from app.ehr.answers import Answer, Meaning, read_answer
from app.ehr.chart import (
    EhrEncounter,
    EhrPatient,
    EhrPractitioner,
    ScheduledEncounter,
    allergy_line,
    encounter_from,
    medication_line,
    objects,
    patient_from,
    person_name,
    problem_line,
)
from app.ehr.delivery import Delivery
from app.ehr.fhir_delivery import FhirDelivery
from app.ehr.primitives import decode_base64
from app.ehr.profiles import Profile, profile_named
from app.ehr.transport import AnswerLost, NotSent, Reply, Transport
from app.errors import NotAllowed, NotFound, SidenoteError, Unavailable
from app.hl7.delivery import MdmDelivery, interface_from
from app.settings import Settings
from app.smart.clients import backend_tokens
from app.smart.tokens import Tokens, scope_hint
from visit.charts import Chart
from visit.ids import PatientId

log = logging.getLogger(__name__)

Json = dict[str, Any]

_MAX_PAGES: Final = 20
_OVER: Final = frozenset({"finished", "cancelled", "entered-in-error"})


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach an EHR, and what it is told beside the note.

    ``tokens`` gives access tokens that end; ``refresh`` fetches a new one after a 401. ``organization``
    (``Organization/1``) keeps the notes of encounters that name none; ``practitioners`` maps user names to
    Practitioner ids, for encounters that do not list their clinician. ``ai_label`` marks documents with the
    security label AIAST; ``provenance`` files a Provenance after each document, where the profile takes one.
    """

    url: str
    token: str = ""
    timeout_s: float = 20.0
    refresh: Callable[[], str] | None = None
    tokens: Tokens | None = None
    organization: str | None = None
    practitioners: Mapping[str, str] = field(default_factory=dict)
    ai_label: bool = True
    provenance: bool = True


class Ehr:
    """One EHR. Blocking and safe to call from several threads; call it off the event loop.

    Reading raises :class:`Unavailable` (``unavailable.ehr``) when the EHR is down or answers with an error,
    :class:`NotFound` when it has no such thing, :class:`NotAllowed` (``auth.ehr``) when it does not let us.
    """

    def __init__(self, access: Access, profile: Profile) -> None:
        """``profile`` is the shape of document that this EHR takes."""
        self.profile = profile
        self.ai_label = access.ai_label
        self.provenance = access.provenance
        self.delivery: Delivery = FhirDelivery(self)
        self._organization = access.organization
        self._practitioners = dict(access.practitioners)
        self._transport = Transport(access.url, token=access.token, timeout_s=access.timeout_s)
        self.tokens = access.tokens
        self._refresh = access.refresh or (access.tokens.renew if access.tokens else None)
        self._conditional: bool | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> "Ehr":
        """The EHR that the settings name."""
        token = settings.ehr_token.get_secret_value()
        access = Access(
            url=settings.ehr_url,
            token=token,
            tokens=backend_tokens(settings),
            timeout_s=settings.ehr_timeout_s,
            organization=f"Organization/{settings.ehr_organization}" if settings.ehr_organization else None,
            practitioners=settings.ehr_practitioners,
            ai_label=settings.ehr_ai_label,
            provenance=settings.ehr_provenance,
        )
        return cls.at(access, settings)

    @classmethod
    def at(cls, access: Access, settings: Settings) -> "Ehr":
        """An EHR reached by ``access`` that takes documents the way the settings say."""
        ehr = cls(access, profile_named(settings.ehr_profile))
        interface = interface_from(settings)
        if interface is not None:
            ehr.delivery = MdmDelivery(ehr, interface)
        return ehr

    @property
    def url(self) -> str:
        """The FHIR base URL."""
        return self._transport.base_url

    @property
    def host(self) -> str:
        """The FHIR server's host and port."""
        return urlsplit(self._transport.base_url).netloc

    @property
    def destination(self) -> str:
        """Where documents go, for people."""
        return self.delivery.destination

    @property
    def doc_status(self) -> str:
        """The docStatus that a signed note arrives with."""
        return self.delivery.doc_status

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def capabilities(self) -> Json:
        """The server's CapabilityStatement."""
        return self._get("metadata").body or {}

    def ping(self) -> None:
        """Raise :class:`Unavailable` unless the server shows its CapabilityStatement."""
        self.capabilities()

    # ------------------------------------------------------------------ reading

    def schedule(self, day: date | None = None, *, patient: str | None = None) -> list[ScheduledEncounter]:
        """The encounters that begin on a day (today), first the earliest, without those that are over.

        ``patient`` is the id of the only patient to look at.
        """
        start = datetime.combine(day or date.today(), time()).astimezone()
        end = datetime.combine(start.date() + timedelta(days=1), time()).astimezone()
        whose = [("patient", patient)] if patient else []
        found = self._search(
            "Encounter", [*whose, ("date", f"ge{start.isoformat()}"), ("date", f"lt{end.isoformat()}")]
        )
        encounters = [encounter_from(resource) for resource in found]
        today = [
            item
            for item in encounters
            if item.id and item.patient and item.status not in _OVER and (not item.start or start <= item.start < end)
        ]
        if patient:
            today = [item for item in today if item.patient == f"Patient/{patient}"]
        patients = self._patients({str(item.patient) for item in today})
        rows = [
            ScheduledEncounter(item.id, patients[str(item.patient)], item.start, item.reason)
            for item in today
            if str(item.patient) in patients
        ]
        return sorted(rows, key=lambda row: (row.start.timestamp() if row.start else inf, row.ehr_encounter_id))

    def encounter(self, ehr_encounter_id: str) -> EhrEncounter:
        """One encounter, with the names of its practitioners."""
        found = encounter_from(self._read(f"Encounter/{quote(ehr_encounter_id, safe='')}"))
        named = tuple(self._named(practitioner) for practitioner in found.practitioners)
        return replace(found, practitioners=named, organization=found.organization or self._organization)

    def practitioner(self, username: str) -> EhrPractitioner | None:
        """The practitioner that the settings name for a user, as the EHR knows them; ``None`` when they name none."""
        known = self._practitioners.get(username)
        if known is None:
            return None
        found = self.read("Practitioner", known)
        return EhrPractitioner(f"Practitioner/{known}", person_name(found) or "")

    def chart(self, ehr_encounter_id: str) -> Chart:
        """What the chart says about the patient of an encounter: medications, allergies, problems.

        A part of the chart that this account may not read is empty: the chart helps to hear and draft, and no
        statement of a note rests on it.
        """
        encounter = self.encounter(ehr_encounter_id)
        if encounter.patient is None:
            raise Unavailable("This encounter has no patient in the EHR.", code="unavailable.ehr_patient")
        patient = patient_from(self._read(encounter.patient))
        if f"Patient/{patient.id}" != encounter.patient:
            raise Unavailable("The EHR answered with another patient.", code="unavailable.ehr_patient")
        clinician = encounter.practitioners[0].name if encounter.practitioners else None
        return Chart(
            patient_id=PatientId(patient.id),
            patient_name=patient.name,
            birth_date=patient.birth_date,
            sex=patient.sex,
            clinician_name=clinician or None,
            medications=self._lines("MedicationRequest", encounter.patient, medication_line),
            allergies=self._lines("AllergyIntolerance", encounter.patient, allergy_line),
            problems=self._lines("Condition", encounter.patient, problem_line),
        )

    def read(self, resource_type: str, resource_id: str) -> Json:
        """One resource by its id."""
        return self._read(f"{resource_type}/{quote(resource_id, safe='')}")

    def search(self, resource_type: str, params: Mapping[str, str]) -> list[Json]:
        """The resources of a type that match all search parameters."""
        return list(self._search(resource_type, list(params.items())))

    def conditional_create(self) -> bool:
        """Whether the server promises to honour If-None-Exist for DocumentReference."""
        if self._conditional is None:
            try:
                statement = self.capabilities()
            except (NotFound, NotAllowed):
                statement = {}
            self._conditional = _promises_conditional_create(statement)
        return self._conditional

    # ------------------------------------------------------------------ writing

    def create(self, resource: Json, if_none_exist: str | None = None) -> Answer:
        """POST one resource, once. Never raises: the answer says what is known about what happened.

        After a 401 the token is refreshed, where that is possible, and the request sent again: a server that
        asks who we are has not taken anything.
        """
        kind = str(resource["resourceType"])
        headers = {"Prefer": "return=minimal"}
        if if_none_exist:
            headers["If-None-Exist"] = if_none_exist
        return self._write("POST", kind, resource, headers)

    def update(self, resource: Json) -> Answer:
        """PUT one resource that was read before, unless it changed meanwhile. Never raises, see :meth:`create`."""
        kind, name = str(resource["resourceType"]), str(resource["id"])
        headers = {"Prefer": "return=minimal"}
        meta = resource.get("meta")
        version = meta.get("versionId") if isinstance(meta, dict) else None
        if version:
            headers["If-Match"] = f'W/"{version}"'
        answer = self._write("PUT", f"{kind}/{quote(name, safe='')}", resource, headers)
        return Answer(Meaning.CREATED, name) if answer.meaning is Meaning.EXISTS else answer

    def _write(self, method: str, path: str, resource: Json, headers: Mapping[str, str]) -> Answer:
        """One write, and once more with a fresh token after a 401."""
        answer = self._send(method, path, resource, headers)
        if answer.meaning is Meaning.NOT_ALLOWED and self._refresh and answer.problem and "(401)" in answer.problem:
            try:
                self._transport.token = self._refresh()
            except SidenoteError:
                return answer
            answer = self._send(method, path, resource, headers)
        return answer

    def _send(self, method: str, path: str, resource: Json, headers: Mapping[str, str]) -> Answer:
        kind, _, name = path.partition("/")
        try:
            self._authorize()
        except SidenoteError as error:
            return Answer(Meaning.NOT_SENT, problem=f"{error.message} Nothing was sent.")
        try:
            reply = self._transport.request(method, path, resource=resource, headers=headers)
        except NotSent:
            return Answer(Meaning.NOT_SENT, problem="The EHR cannot be reached. Nothing was sent.")
        except AnswerLost:
            return Answer(Meaning.UNKNOWN, problem="The EHR's answer was lost; the document may or may not be filed.")
        answer = read_answer(reply, kind, name or None)
        if reply.status == 403 and answer.problem:
            hint = scope_hint(self.tokens, kind, "u" if name else "c")
            answer = replace(answer, problem=answer.problem + hint)
        return answer

    def _authorize(self) -> None:
        """Take the access token that is good now, where tokens change."""
        if self.tokens is not None:
            self._transport.token = self.tokens.current()

    def note_bytes(self, document: Json) -> bytes | None:
        """The bytes of the first attachment of a DocumentReference, inline or behind a URL of the same server."""
        contents = document.get("content")
        first = contents[0] if isinstance(contents, list) and contents else {}
        attachment = first.get("attachment") if isinstance(first, dict) else None
        if not isinstance(attachment, dict):
            return None
        if "data" in attachment:
            return decode_base64(attachment["data"])
        url = attachment.get("url")
        if not isinstance(url, str) or not self._ours(url):
            return None
        reply = self._get(url, accept=str(attachment.get("contentType") or "text/plain"))
        if reply.body is not None and reply.body.get("resourceType") == "Binary":
            return decode_base64(reply.body.get("data"))
        return reply.content

    def holds(self, document: Json, sha256: str) -> bool:
        """Whether a DocumentReference carries exactly the bytes with this SHA-256."""
        data = self.note_bytes(document)
        return data is not None and hashlib.sha256(data).hexdigest() == sha256

    # ------------------------------------------------------------------ inside

    def _named(self, practitioner: EhrPractitioner) -> EhrPractitioner:
        """The practitioner with the name of their own resource, else the one the encounter shows."""
        try:
            name = person_name(self._read(practitioner.reference))
        except (NotFound, NotAllowed):
            name = None
        return EhrPractitioner(practitioner.reference, name or practitioner.name)

    def _patients(self, references: set[str]) -> dict[str, EhrPatient]:
        """The patients by reference, without those that this account may not see."""
        found = {}
        for reference in references:
            try:
                found[reference] = patient_from(self._read(reference))
            except (NotFound, NotAllowed):
                log.warning("a patient of the schedule cannot be read")
        return found

    def _lines(self, kind: str, patient: str, line: Callable[[Json], str | None]) -> tuple[str, ...]:
        """One line for each active resource; none when this account may not read that part of the chart."""
        try:
            found = [line(resource) for resource in self._search(kind, [("patient", patient.partition("/")[2])])]
        except (NotFound, NotAllowed):
            log.warning("%s of the chart cannot be read", kind)
            return ()
        return tuple(dict.fromkeys(text for text in found if text))

    def _read(self, path: str) -> Json:
        reply = self._get(path)
        kind = path.partition("/")[0]
        if reply.body is None or reply.body.get("resourceType") != kind:
            raise Unavailable("The EHR's answer cannot be read.", code="unavailable.ehr")
        return reply.body

    def _search(self, kind: str, params: list[tuple[str, str]]) -> Iterator[Json]:
        """Matches of a search, over all pages of the same server."""
        reply = self._get(kind, params=params)
        for _ in range(_MAX_PAGES):
            bundle = reply.body
            if bundle is None or bundle.get("resourceType") != "Bundle":
                raise Unavailable("The EHR's answer cannot be read.", code="unavailable.ehr")
            for entry in objects(bundle.get("entry")):
                resource = entry.get("resource")
                if isinstance(resource, dict) and resource.get("resourceType") == kind:
                    yield resource
            following = [str(link.get("url")) for link in objects(bundle.get("link")) if link.get("relation") == "next"]
            if not following or not self._ours(following[0]):
                return
            reply = self._get(following[0])

    def _ours(self, url: str) -> bool:
        """Whether a URL is on this server, so that the token may go there."""
        ours, other = urlsplit(self._transport.base_url), urlsplit(url)
        return not other.netloc or (ours.scheme, ours.netloc) == (other.scheme, other.netloc)

    def _get(self, path: str, *, params: list[tuple[str, str]] | None = None, accept: str | None = None) -> Reply:
        headers = {"Accept": accept} if accept else None
        self._authorize()
        try:
            reply = self._transport.request("GET", path, params=params, headers=headers)
            if reply.status == 401 and self._refresh:
                self._transport.token = self._refresh()
                reply = self._transport.request("GET", path, params=params, headers=headers)
        except NotSent:
            raise Unavailable("The EHR cannot be reached.", code="unavailable.ehr") from None
        except AnswerLost:
            raise Unavailable("The EHR does not answer.", code="unavailable.ehr") from None
        if reply.status in (401, 403):
            kind, _, name = path.partition("/")
            hint = scope_hint(self.tokens, kind, "r" if name else "s")
            raise NotAllowed(
                f"The EHR does not allow this account to read here ({reply.status}).{hint}", code="auth.ehr"
            )
        if reply.status in (404, 410):
            raise NotFound("The EHR has no such record.", code="not_found.ehr")
        if reply.status != 200:
            raise Unavailable(f"The EHR answered with an error ({reply.status}).", code="unavailable.ehr")
        return reply


def _promises_conditional_create(statement: Json) -> bool:
    return any(
        resource.get("conditionalCreate") is True
        for rest in objects(statement.get("rest"))
        for resource in objects(rest.get("resource"))
        if resource.get("type") == "DocumentReference"
    )
