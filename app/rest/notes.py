"""``/api/encounters/{id}/note/edits``, ``/preview`` and ``/sign``: the note under the clinician's hand."""

import logging
from collections.abc import Sequence
from hashlib import sha256

from fastapi import APIRouter

from app.ehr.document import Letterhead, note_text
from app.ehr.text_rules import require_finished
from app.errors import Conflict
from app.records import Encounter, StoredNote, User
from app.rest import differences, edits
from app.rest.context import EhrHere, OwnEncounter, ReadEncounter, Service, ServiceHere, UserHere
from app.rest.encounters import encounter_view
from app.wire import views
from app.wire.resources import Edit, EncounterView, NoteEdits, NoteView, Preview, SentenceChange, Signature
from visit.ids import SentenceId
from visit.notes import Note, NoteSentence
from visit.turns import Transcript

log = logging.getLogger(__name__)

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["notes"])


@router.post("/note/edits")
def edit(body: NoteEdits, here: ServiceHere, user: UserHere, encounter: OwnEncounter) -> NoteView:
    """Change sentences of the newest version; all of the edits or none."""
    stored = newest_draft(here, encounter, body.version)
    note, touched = edited(here, encounter, stored.note, body.edits)
    here.store.save_note(
        user.id,
        encounter.id,
        note,
        drafter=stored.drafter,
        base_version=stored.version,
        stale=stored.stale - touched,
    )
    return tell_note(here, encounter)


@router.get("/note/changes")
def changes(here: ServiceHere, encounter: ReadEncounter) -> list[SentenceChange]:
    """What the clinician made of the draft: each sentence of the last draft and of the newest version, side by side."""
    return differences.between(here.store.drafted(encounter.id).note, here.store.note(encounter.id).note)


@router.get("/preview")
def preview(here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter) -> Preview:
    """The exact text that signing fixes and submitting sends."""
    stored = here.store.note(encounter.id)
    text = here.store.signed_text(encounter.id) if stored.signed else _text(here, user, encounter, stored)
    return Preview(
        version=stored.version,
        text=text.decode(),
        sha256=sha256(text).hexdigest(),
        destination=ehr.destination,
        doc_status=ehr.doc_status,
    )


@router.post("/sign")
def sign(body: Signature, here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter) -> EncounterView:
    """Sign the version and text that the clinician saw; from then on the note is fixed."""
    stored = newest_draft(here, encounter, body.version)
    text = _text(here, user, encounter, stored)
    require_finished(text.decode(), ehr.doc_status)
    here.store.sign(user.id, encounter.id, body.version, body.sha256, body.attestation, text)
    here.deliver(encounter.id)
    return encounter_view(here, here.store.encounter(encounter.id))


def tell_note(here: Service, encounter: Encounter) -> NoteView:
    """Send the newest note to every page that shows the encounter; return it."""
    here.deliver(encounter.id)
    return views.note_view(here.store.note(encounter.id))


def newest_draft(here: Service, encounter: Encounter, version: int) -> StoredNote:
    """The newest note, when it may still change and is the one that was seen."""
    if encounter.state in ("signed", "filed"):
        raise Conflict("The note is signed; it can no longer change.", code="conflict.signed")
    if encounter.state != "drafted":
        raise Conflict("There is no finished draft yet.", state=encounter.state)
    stored = here.store.note(encounter.id)
    if stored.version != version:
        raise Conflict("The note changed meanwhile. Read it again.", code="conflict.version", version=stored.version)
    return stored


def _text(here: Service, user: User, encounter: Encounter, stored: StoredNote) -> bytes:
    """The bytes of a note over this clinician's name, with the codes accepted so far."""
    accepted = [code.suggestion for code in here.store.codes(encounter.id) if code.decision == "accepted"]
    day = encounter.created.astimezone().date()
    return note_text(stored.note, Letterhead(encounter.chart, user.name, day), accepted).encode()


def edited(
    here: Service, encounter: Encounter, note: Note, wanted: Sequence[Edit]
) -> tuple[Note, frozenset[SentenceId]]:
    """The note after edits, and the sentences they touched: :func:`app.rest.edits.apply` over what is stored."""

    def past(version: int) -> Note:
        return here.store.note(encounter.id, version).note

    return edits.apply(note, wanted, verifier(here, encounter), past)


def verifier(here: Service, encounter: Encounter) -> edits.Verify:
    """Judges a sentence against the visit; when the drafter fails, the fallback does."""
    turns = (here.store.transcript(encounter.id) or Transcript(())).turns
    findings = here.store.findings(encounter.id)

    def verify(sentence: NoteSentence) -> NoteSentence:
        try:
            return here.parts.drafter.verify(sentence, turns, findings)
        except Exception as error:
            log.error("encounter %s: verifying failed: %s", encounter.id, type(error).__name__)
            return here.parts.fallback.verify(sentence, turns, findings)

    return verify
