"""Whose visit a message is about, from FHIR resources to PID, PV1 and provider fields."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.ehr.chart import concept_text, objects, parsed_name
from app.ehr.primitives import parse_instant
from app.hl7.message import composite, escape, segment, timestamp

Json = dict[str, Any]

_SEX: Final = {"male": "M", "female": "F", "other": "O"}
_CLASS: Final = {"AMB": "O", "VR": "O", "HH": "O", "IMP": "I", "ACUTE": "I", "NONAC": "I", "EMER": "E", "OBSENC": "I"}
_NPI: Final = "http://hl7.org/fhir/sid/us-npi"


@dataclass(frozen=True, slots=True)
class Number:
    """An identifier and who assigned it, as a URI or a name."""

    value: str
    authority: str
    kind: str

    def cx(self) -> str:
        """The CX field: id, assigning authority as HD, identifier type."""
        return f"{escape(self.value)}^^^{self.assigner()}^{escape(self.kind)}"

    def assigner(self) -> str:
        """The HD of the assigning authority."""
        if self.authority.startswith("urn:oid:"):
            return f"&{escape(self.authority[8:])}&ISO"
        if self.authority.startswith("urn:uuid:"):
            return f"&{escape(self.authority[9:])}&UUID"
        return f"&{escape(self.authority)}&URI" if ":" in self.authority else escape(self.authority)


@dataclass(frozen=True, slots=True)
class Provider:
    """The clinician who signed."""

    number: Number
    family: str
    given: str

    def xcn(self) -> str:
        """The XCN field."""
        return f"{composite(self.number.value, self.family, self.given)}^^^^^^{self.number.assigner()}"

    def ppn(self, at: datetime) -> str:
        """The PPN field: who authenticated the document, and when."""
        return f"{self.xcn()}^^^^^^{timestamp(at)}"


@dataclass(frozen=True, slots=True)
class Visit:
    """The patient and the visit. ``record`` is missing when the EHR names no record number."""

    record: Number | None
    family: str
    given: str
    born: str
    sex: str
    number: Number
    patient_class: str
    start: datetime | None

    def pid(self) -> str:
        """The PID segment."""
        record = self.record.cx() if self.record else ""
        name = composite(self.family, self.given)
        return segment("PID", {1: "1", 3: record, 5: name, 7: self.born.replace("-", ""), 8: self.sex})

    def pv1(self, attending: Provider) -> str:
        """The PV1 segment, by field number: class 2, attending 7, visit number 19, admitted 44."""
        fields = {1: "1", 2: self.patient_class, 7: attending.xcn(), 19: self.number.cx()}
        if self.start:
            fields[44] = timestamp(self.start)
        return segment("PV1", fields)


def visit_from(patient: Json, encounter: Json) -> Visit:
    """The visit of a Patient and an Encounter resource."""
    family, given = parsed_name(patient)
    coding = encounter.get("class")
    code = str(coding.get("code")) if isinstance(coding, dict) else ""
    period = encounter.get("period")
    fallback = Number(str(encounter.get("id", "")), "", "VN")
    return Visit(
        record=number_from(patient, "MR"),
        family=family,
        given=given,
        born=str(patient.get("birthDate", "")),
        sex=_SEX.get(str(patient.get("gender")), "U"),
        number=number_from(encounter, "VN") or fallback,
        patient_class=_CLASS.get(code, "U"),
        start=parse_instant(period.get("start")) if isinstance(period, dict) else None,
    )


def provider_from(practitioner: Json) -> Provider:
    """The provider of a Practitioner resource: the NPI where there is one."""
    family, given = parsed_name(practitioner)
    identifiers = objects(practitioner.get("identifier"))
    npi = next((str(item["value"]) for item in identifiers if item.get("system") == _NPI and item.get("value")), None)
    if npi:
        return Provider(Number(npi, "urn:oid:2.16.840.1.113883.4.6", "NPI"), family, given)
    number = number_from(practitioner, "EI") or Number(str(practitioner.get("id", "")), "", "EI")
    return Provider(number, family, given)


def number_from(resource: Json, kind: str) -> Number | None:
    """The identifier of a kind (HL7 table 0203), else the usual one, else the first that is in use."""
    found = [item for item in objects(resource.get("identifier")) if item.get("value") and item.get("use") != "old"]
    best = _first(item for item in found if kind in _kinds(item)) or _first(
        item for item in found if item.get("use") == "usual"
    )
    best = best or _first(found)
    if best is None:
        return None
    assigner = best.get("assigner")
    display = assigner.get("display") if isinstance(assigner, dict) else None
    return Number(str(best["value"]), str(best.get("system") or display or ""), kind)


def _kinds(identifier: Json) -> set[str]:
    concept = identifier.get("type")
    if not isinstance(concept, dict):
        return set()
    return {str(coding.get("code")) for coding in objects(concept.get("coding"))} | {str(concept_text(concept))}


def _first(items: Iterable[Json]) -> Json | None:
    return next(iter(items), None)
