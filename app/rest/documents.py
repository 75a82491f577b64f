"""``/api/encounters/{id}/documents``: the after-visit summary and the referral letter, from the note as it stands."""

from fastapi import APIRouter

from app.ehr.document import DISCLOSURE
from app.records import Encounter, StoredNote
from app.rest.context import ReadEncounter, ServiceHere, UserHere
from app.wire.formats import DocumentKind, DocumentLine, DocumentPart, DocumentView
from prompts.documents.document import Document, text
from prompts.documents.letter import letter, referred_to
from prompts.documents.summary import summary
from prompts.untrusted import normalise
from visit.findings import Finding

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["documents"])

DRAFT = "DRAFT: the note behind this is not signed yet."
NAME_LENGTH = 120


@router.get("/documents/{kind}")
def show(kind: DocumentKind, here: ServiceHere, user: UserHere, encounter: ReadEncounter) -> DocumentView:
    """A document made now from the newest note. Looking at it is audited."""
    stored, findings = here.store.note(encounter.id), here.store.findings(encounter.id)
    made = letter(stored.note) if kind == "letter" else summary(stored.note, findings)
    here.store.audit(user.id, "document.read", f"encounter:{encounter.id}", kind=kind, version=stored.version)
    return view_of(kind, made, stored, encounter, findings)


def view_of(
    kind: DocumentKind, made: Document, stored: StoredNote, encounter: Encounter, findings: tuple[Finding, ...]
) -> DocumentView:
    """A document with its letterhead and, until the note is signed, a mark that says so."""
    to = referred_to(findings) if kind == "letter" else None
    return DocumentView(
        kind=kind,
        title=made.title,
        note_version=stored.version,
        signed=stored.signed,
        to=to,
        parts=[
            DocumentPart(
                title=part.title,
                lines=[
                    DocumentLine(
                        text=line.text, sentence=line.sentence, evidence=list(line.evidence), origin=line.origin
                    )
                    for line in part.lines
                ],
            )
            for part in made.parts
        ],
        left_out=made.left_out,
        text=text(made, head(encounter, to), [DISCLOSURE] if stored.signed else [DISCLOSURE, DRAFT]),
    )


def head(encounter: Encounter, to: str | None) -> list[str]:
    """Who it is about and when the visit was; names come from the chart and stay on one line."""
    chart = encounter.chart
    lines = [f"To: {to}"] if to else []
    if chart.patient_name:
        born = f", born {chart.birth_date.isoformat()}" if chart.birth_date else ""
        lines.append(f"Patient: {normalise(chart.patient_name)[:NAME_LENGTH]}{born}")
    lines.append(f"Visit of {encounter.created.astimezone().date().isoformat()}")
    if chart.clinician_name:
        lines.append(f"Clinician: {normalise(chart.clinician_name)[:NAME_LENGTH]}")
    return lines
