"""The code systems that a filed note draws on: which codes they have, and what each is called.

LOINC® is © Regenstrief Institute, Inc.; only the document types used here are listed.
"""

from collections.abc import Iterator
from typing import Any, Final

LOINC: Final = "http://loinc.org"
CATEGORIES: Final = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
OBSERVATION_VALUES: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
DATA_OPERATIONS: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
PARTICIPANTS: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
US_CORE_PARTICIPANTS: Final = "http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type"

NOTE_TYPES: Final[dict[str, str]] = {
    "11488-4": "Consult note",
    "11504-8": "Surgical operation note",
    "11506-3": "Progress note",
    "18842-5": "Discharge summary",
    "28570-0": "Procedure note",
    "34108-1": "Outpatient Note",
    "34109-9": "Note",
    "34111-5": "Emergency department Note",
    "34117-2": "History and physical note",
    "34746-8": "Nurse Note",
    "57133-1": "Referral note",
}
"""LOINC document types that a visit note may have; reports of laboratory, imaging and pathology are not notes."""

_ALSO_CALLED: Final[dict[str, frozenset[str]]] = {
    "11488-4": frozenset({"consultation note", "consultation", "consult"}),
    "11504-8": frozenset({"operative note", "surgical operation"}),
    "11506-3": frozenset({"progress notes", "subsequent evaluation note", "progress"}),
    "18842-5": frozenset({"discharge summary note"}),
    "28570-0": frozenset({"procedure", "procedure notes"}),
    "34108-1": frozenset({"outpatient", "outpatient visit note"}),
    "34109-9": frozenset({"evaluation and management note", "note (generic)"}),
    "34111-5": frozenset({"emergency department", "emergency department visit note", "emergency note"}),
    "34117-2": frozenset({"history and physical", "history & physical", "history & physical note", "h&p note"}),
    "34746-8": frozenset({"nursing note", "nurse"}),
    "57133-1": frozenset({"referral"}),
}

_PARTICIPANT_CODES: Final = (
    "enterer performer author verifier legal attester informant custodian assembler composer reviewer"
)

_SYSTEMS: Final[dict[str, dict[str, str]]] = {
    CATEGORIES: {"clinical-note": "Clinical Note"},
    OBSERVATION_VALUES: {"AIAST": "Artificial Intelligence asserted"},
    DATA_OPERATIONS: {code: code.lower() for code in ("CREATE", "UPDATE", "APPEND", "NULLIFY")},
    PARTICIPANTS: {code: code for code in _PARTICIPANT_CODES.split()},
    US_CORE_PARTICIPANTS: {"transmitter": "Transmitter"},
}
"""Code systems that are known whole, as far as a note may use them: code to display."""


def coding_problems(coding: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Element and problem of everything wrong with a Coding of a system that is known here."""
    system, code, display = coding.get("system"), coding.get("code"), coding.get("display")
    if not isinstance(system, str) or not isinstance(code, str):
        return
    known = NOTE_TYPES if system == LOINC else _SYSTEMS.get(system)
    if known is None:
        return
    name = known.get(code)
    if name is None:
        if system != LOINC:
            yield "code", "is not a code of its system that a note may use"
    elif isinstance(display, str) and display.strip() and not _is_called(code, name, display):
        yield "display", "is not what its system calls this code"


def _is_called(code: str, name: str, display: str) -> bool:
    given = display.casefold().strip()
    return given == name.casefold() or given in _ALSO_CALLED.get(code, frozenset())
