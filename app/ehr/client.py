"""The EHR as Sidenote uses it: today's encounters, the chart, and the way that documents take."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from math import inf
from typing import Final
from urllib.parse import quote

from app.ehr.chart import (
    EhrEncounter,
    EhrPatient,
    EhrPractitioner,
    ScheduledEncounter,
    allergy_line,
    encounter_from,
    medication_line,
    merged_into,
    patient_from,
    person_name,
    problem_line,
)
from app.ehr.delivery import Delivery
from app.ehr.fhir_delivery import FhirDelivery
from app.ehr.profiles import Profile, profile_named
from app.ehr.server import Access, FhirServer, Json
from app.errors import Conflict, NotAllowed, NotFound, Unavailable
from app.hl7.delivery import MdmDelivery, interface_from
from app.settings import Settings
from app.smart.clients import backend_tokens
from visit.charts import Chart
from visit.ids import PatientId

__all__ = ["Access", "Ehr"]

log = logging.getLogger(__name__)

_MOST_MEDICATIONS: Final = 100
_OVER: Final = frozenset({"finished", "cancelled", "entered-in-error"})


class Ehr(FhirServer):
    """One EHR; see :class:`FhirServer` for what its methods raise."""

    def __init__(self, access: Access, profile: Profile) -> None:
        """``profile`` is the shape of document that this EHR takes."""
        super().__init__(access)
        self.profile = profile
        self.ai_label = access.ai_label
        self.provenance = access.provenance
        self.delivery: Delivery = FhirDelivery(self)
        self._organization = access.organization
        self._practitioners = dict(access.practitioners)

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
    def destination(self) -> str:
        """Where documents go, for people."""
        return self.delivery.destination

    @property
    def doc_status(self) -> str:
        """The docStatus that a signed note arrives with."""
        return self.delivery.doc_status

    def schedule(self, day: date | None = None, *, patient: str | None = None) -> list[ScheduledEncounter]:
        """The encounters that begin on a day (today), first the earliest, without those that are over.

        ``patient`` is the id of the only patient to look at.
        """
        start = datetime.combine(day or date.today(), time()).astimezone()
        end = datetime.combine(start.date() + timedelta(days=1), time()).astimezone()
        whose = [("patient", patient)] if patient else []
        dates = [("date", f"ge{start.isoformat()}"), ("date", f"lt{end.isoformat()}")]
        found = self.search_including("Encounter", [*whose, *dates], "Encounter:patient")
        encounters = [encounter_from(resource) for resource in found if resource.get("resourceType") == "Encounter"]
        today = [
            item
            for item in encounters
            if item.id and item.patient and item.status not in _OVER and (not item.start or start <= item.start < end)
        ]
        if patient:
            today = [item for item in today if item.patient == f"Patient/{patient}"]
        patients = self._patients({str(item.patient) for item in today}, found)
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
        resource = self._read(encounter.patient)
        if merged_into(resource):
            raise Conflict("This patient's record was merged into another; open that one.", code="conflict.patient")
        patient = patient_from(resource)
        if f"Patient/{patient.id}" != encounter.patient:
            raise Unavailable("The EHR answered with another patient.", code="unavailable.ehr_patient")
        clinician = encounter.practitioners[0].name if encounter.practitioners else None
        return Chart(
            patient_id=PatientId(patient.id),
            patient_name=patient.name,
            birth_date=patient.birth_date,
            sex=patient.sex,
            clinician_name=clinician or None,
            medications=self._medications(encounter.patient),
            allergies=self._lines("AllergyIntolerance", encounter.patient, allergy_line),
            problems=self._lines("Condition", encounter.patient, problem_line),
        )

    def _named(self, practitioner: EhrPractitioner) -> EhrPractitioner:
        """The practitioner with the name of their own resource, else the one the encounter shows."""
        try:
            name = person_name(self._read(practitioner.reference))
        except (NotFound, NotAllowed):
            name = None
        return EhrPractitioner(practitioner.reference, name or practitioner.name)

    def _patients(self, references: set[str], sent_along: list[Json]) -> dict[str, EhrPatient]:
        """The patients by reference, without those that this account may not see; who was sent along is not asked."""
        found = {
            f"Patient/{resource['id']}": patient_from(resource)
            for resource in sent_along
            if resource.get("resourceType") == "Patient" and f"Patient/{resource.get('id')}" in references
        }
        for reference in references - set(found):
            try:
                found[reference] = patient_from(self._read(reference))
            except (NotFound, NotAllowed):
                log.warning("a patient of the schedule cannot be read")
        return found

    def _medications(self, patient: str) -> tuple[str, ...]:
        """One line for each medication; what a request only refers to is sent along, or read."""
        whose = [("patient", patient.partition("/")[2])]
        try:
            found = self.search_including("MedicationRequest", whose, "MedicationRequest:medication")
        except (NotFound, NotAllowed):
            log.warning("MedicationRequest of the chart cannot be read")
            return ()
        known = {f"Medication/{r.get('id')}": r for r in found if r.get("resourceType") == "Medication"}
        requests = [resource for resource in found if resource.get("resourceType") == "MedicationRequest"]

        def named(reference: str) -> Json | None:
            if reference not in known and len(known) < _MOST_MEDICATIONS:
                try:
                    known[reference] = self._read(reference)
                except (NotFound, NotAllowed, Unavailable):
                    known[reference] = {}
            return known.get(reference)

        return _distinct(medication_line(request, named) for request in requests)

    def _lines(self, kind: str, patient: str, line: Callable[[Json], str | None]) -> tuple[str, ...]:
        """One line for each active resource; none when this account may not read that part of the chart."""
        try:
            found = [line(resource) for resource in self._search(kind, [("patient", patient.partition("/")[2])])]
        except (NotFound, NotAllowed):
            log.warning("%s of the chart cannot be read", kind)
            return ()
        return _distinct(found)


def _distinct(lines: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for line in lines if line))
