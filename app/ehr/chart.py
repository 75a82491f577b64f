"""From FHIR resources of the chart to the few plain lines that hearing and drafting use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.ehr.primitives import parse_instant
from app.ehr.references import literal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EhrPatient:
    """A patient as the EHR knows them; ``id`` is the resource id."""

    id: str
    name: str
    birth_date: date | None = None
    sex: str | None = None


@dataclass(frozen=True, slots=True)
class EhrPractitioner:
    """A clinician who takes part in an encounter; ``reference`` is relative (``Practitioner/1``)."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class EhrEncounter:
    """An encounter as the EHR knows it. References are relative; times are full timestamps or ``None``."""

    id: str
    patient: str | None
    practitioners: tuple[EhrPractitioner, ...] = ()
    organization: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    reason: str | None = None
    status: str = "unknown"

    @property
    def reference(self) -> str:
        """The relative reference of this encounter."""
        return f"Encounter/{self.id}"


@dataclass(frozen=True, slots=True)
class ScheduledEncounter:
    """An encounter of today that may be recorded."""

    ehr_encounter_id: str
    patient: EhrPatient
    start: datetime | None = None
    reason: str | None = None


def patient_from(resource: Json) -> EhrPatient:
    """A Patient resource; a name that cannot be read becomes "Unnamed patient"."""
    born = resource.get("birthDate")
    try:
        birth_date = date.fromisoformat(born) if isinstance(born, str) else None
    except ValueError:
        birth_date = None
    sex = resource.get("gender")
    name = person_name(resource) or "Unnamed patient"
    return EhrPatient(str(resource.get("id", "")), name, birth_date, sex if isinstance(sex, str) else None)


def merged_into(resource: Json) -> bool:
    """Whether a Patient's record was merged into another one, which stands in its place."""
    return any(link.get("type") == "replaced-by" for link in objects(resource.get("link")))


def person_name(resource: Json) -> str | None:
    """The official name of a Patient or Practitioner in reading order, with prefix."""
    names = [name for name in objects(resource.get("name")) if name.get("use") not in ("old", "nickname", "maiden")]
    names.sort(key=lambda name: name.get("use") != "official")
    for name in names:
        if isinstance(name.get("text"), str) and name["text"].strip():
            return str(name["text"]).strip()
        parts = [*_strings(name.get("prefix")), *_strings(name.get("given")), *_strings([name.get("family")])]
        if parts:
            return " ".join(parts)
    return None


def parsed_name(resource: Json) -> tuple[str, str]:
    """Family name and given names of a Patient or Practitioner; empty where they are not apart."""
    names = [name for name in objects(resource.get("name")) if name.get("use") not in ("old", "nickname", "maiden")]
    names.sort(key=lambda name: name.get("use") != "official")
    for name in names:
        family, given = _text(name.get("family")), " ".join(_strings(name.get("given")))
        if family or given:
            return family or "", given
    return (person_name(resource) or "", "")


def encounter_from(resource: Json) -> EhrEncounter:
    """An Encounter resource; practitioners keep the EHR's order, primary performers and attenders first."""
    period = _object(resource.get("period"))
    subject, provider = literal(resource.get("subject")), literal(resource.get("serviceProvider"))
    people = []
    for participant in objects(resource.get("participant")):
        who = literal(participant.get("individual"))
        if who and who.type == "Practitioner":
            display = participant["individual"].get("display")
            codes = {code for kind in objects(participant.get("type")) for code in _codes(kind)}
            people.append((not codes & {"PPRF", "ATND"}, EhrPractitioner(str(who), str(display or ""))))
    people.sort(key=lambda item: item[0])
    return EhrEncounter(
        id=str(resource.get("id", "")),
        patient=str(subject) if subject and subject.type == "Patient" else None,
        practitioners=tuple(practitioner for _, practitioner in people),
        organization=str(provider) if provider and provider.type == "Organization" else None,
        start=parse_instant(period.get("start")),
        end=parse_instant(period.get("end")),
        reason=_first(concept_text(reason) for reason in objects(resource.get("reasonCode"))),
        status=str(resource.get("status", "unknown")),
    )


Named = Callable[[str], Json | None]
"""Gives the Medication that a reference (``Medication/1``) names, when it can be had."""


def medication_line(resource: Json, named: Named = lambda _: None) -> str | None:
    """An active MedicationRequest as "name, dosage"; ``None`` when it is not active, only proposed, or has no name."""
    if resource.get("status") not in ("active", "on-hold") or resource.get("doNotPerform") is True:
        return None
    if resource.get("intent") in ("proposal", "option"):
        return None
    name = concept_text(_object(resource.get("medicationCodeableConcept"))) or _referred(resource, named)
    if name is None:
        return None
    dose = _first(_dose(dosage) for dosage in objects(resource.get("dosageInstruction")))
    return name if dose is None or dose.casefold() in name.casefold() else f"{name}, {dose}"


def _referred(resource: Json, named: Named) -> str | None:
    """The name of the medication that a request refers to: its display, a contained resource, or one of the EHR's."""
    reference = _object(resource.get("medicationReference"))
    text = reference.get("reference")
    if isinstance(text, str) and text.startswith("#"):
        inside = [item for item in objects(resource.get("contained")) if item.get("id") == text[1:]]
        found = concept_text(_object(inside[0].get("code"))) if inside else None
        return found or _text(reference.get("display"))
    if _text(reference.get("display")):
        return _text(reference.get("display"))
    target = literal(reference)
    medication = named(str(target)) if target and target.type == "Medication" else None
    return concept_text(_object(medication.get("code"))) if medication else None


def _dose(dosage: Json) -> str | None:
    """A dosage in words: its text, else quantity and timing where they are said."""
    if _text(dosage.get("text")):
        return _text(dosage.get("text"))
    amounts = [_object(dose.get("doseQuantity")) for dose in objects(dosage.get("doseAndRate"))]
    amount = _first(_quantity(found) for found in amounts)
    timing = concept_text(_object(_object(dosage.get("timing")).get("code")))
    return " ".join(part for part in (amount, timing) if part) or None


def _quantity(quantity: Json) -> str | None:
    value, unit = quantity.get("value"), _text(quantity.get("unit"))
    return f"{value} {unit}" if unit and isinstance(value, int | float) and not isinstance(value, bool) else None


def allergy_line(resource: Json) -> str | None:
    """An active AllergyIntolerance as "substance (reaction)"; ``None`` when resolved, refuted or nameless."""
    if _code(resource, "clinicalStatus") in ("inactive", "resolved"):
        return None
    if _code(resource, "verificationStatus") in ("refuted", "entered-in-error"):
        return None
    name = concept_text(_object(resource.get("code")))
    if name is None:
        return None
    reactions = [
        text
        for reaction in objects(resource.get("reaction"))
        for text in (concept_text(found) for found in objects(reaction.get("manifestation")))
        if text
    ]
    return f"{name} ({', '.join(reactions)})" if reactions else name


def problem_line(resource: Json) -> str | None:
    """An active Condition's name; ``None`` when it is over, refuted, nameless, or of one encounter only."""
    categories = {code for concept in objects(resource.get("category")) for code in _codes(concept)}
    if "encounter-diagnosis" in categories and not categories & {"problem-list-item", "health-concern"}:
        return None
    if _code(resource, "clinicalStatus") in ("inactive", "resolved", "remission"):
        return None
    if _code(resource, "verificationStatus") in ("refuted", "entered-in-error"):
        return None
    return concept_text(_object(resource.get("code")))


def concept_text(concept: Json) -> str | None:
    """What a CodeableConcept says: its text, else the first display."""
    return _text(concept.get("text")) or _first(_text(coding.get("display")) for coding in _codings(concept))


def _code(resource: Json, name: str) -> str | None:
    return _first(_text(coding.get("code")) for coding in _codings(_object(resource.get(name))))


def _codes(concept: Json) -> list[str]:
    return _strings([coding.get("code") for coding in _codings(concept)])


def _codings(concept: Json) -> list[Json]:
    return objects(concept.get("coding"))


def _object(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[Json]:
    """The JSON objects of an array; empty for anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _strings(value: object) -> list[str]:
    return [item.strip() for item in value if isinstance(item, str) and item.strip()] if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and value.strip() else None


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
