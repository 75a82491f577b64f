"""Looking for a document whose filing is in doubt."""

from typing import TYPE_CHECKING, Any, Final

from app.ehr.chart import objects
from app.ehr.document import NOTE_SYSTEM, SignedNote
from app.ehr.profiles import DEFAULT_TYPE, TYPE_OF_TEMPLATE
from app.ehr.references import literal
from app.ehr.terminology import LOINC
from app.errors import SidenoteError

if TYPE_CHECKING:
    from app.ehr.client import Ehr

_PAGE: Final = "200"
"""Documents asked for at once: behind a gateway the links to further pages may lead past it, and are not followed."""


def find_filed(ehr: "Ehr", note: SignedNote, sha256: str) -> list[str] | None:
    """Ids of the DocumentReferences that carry exactly this note; ``None`` when the EHR could not be searched.

    Searches by identifier, then (an EHR may drop identifiers) by patient, encounter and type. What counts is the
    SHA-256 of the bytes, and that the document is of this patient and encounter and carries no other note's
    identifier.
    """
    who = note.participants
    patient = who.patient.partition("/")[2]
    code = f"{LOINC}|{TYPE_OF_TEMPLATE.get(note.template, DEFAULT_TYPE)}"
    searches: tuple[dict[str, str], ...] = (
        {"identifier": f"{NOTE_SYSTEM}|{note.note_id}"},
        {"patient": patient, "encounter": who.encounter, "type": code, "_count": _PAGE},
        {"patient": patient, "type": code, "_count": _PAGE},
    )
    searched = False
    for params in searches:
        try:
            documents = ehr.search("DocumentReference", params)
            found = [str(document["id"]) for document in documents if _is_it(ehr, document, note, sha256)]
        except SidenoteError:
            continue
        searched = True
        if found:
            return sorted(set(found))
    return [] if searched else None


def _is_it(ehr: "Ehr", document: dict[str, Any], note: SignedNote, sha256: str) -> bool:
    if document.get("status") == "entered-in-error" or "id" not in document:
        return False
    who = note.participants
    subject = literal(document.get("subject"))
    places = encounters_of(document)
    names = [item.get("value") for item in objects(document.get("identifier")) if item.get("system") == NOTE_SYSTEM]
    return (
        subject is not None
        and str(subject) == who.patient
        and (not places or who.encounter in places)
        and (not names or note.note_id in names)
        and ehr.holds(document, sha256)
    )


def encounters_of(document: dict[str, Any]) -> list[str]:
    """The relative references of the encounters that a DocumentReference names."""
    context = document.get("context")
    encounters = context.get("encounter") if isinstance(context, dict) else None
    return [str(place) for place in map(literal, encounters if isinstance(encounters, list) else []) if place]
