"""``/api/encounters/{id}/amendments``: what happens to a note after it is filed.

An addendum stands beside the note, a replacement takes its place, a retraction withdraws it. Each is shown, signed
and filed like the note itself: first the exact text, then a signature over it, then one line in the ledger.
"""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from fastapi import APIRouter

from app.ehr.amending import addendum_text, replacement_text, retraction_text
from app.ehr.client import Ehr
from app.ehr.document import Letterhead
from app.ehr.filing import Filing
from app.ehr.text_rules import require_finished
from app.errors import Conflict, InvalidInput
from app.records import Amendment, Encounter, User
from app.rest.context import EhrHere, OwnEncounter, ReadEncounter, Service, ServiceHere, UserHere
from app.rest.notes import edited
from app.store.amendments import NewAmendment as Draft
from app.wire import views
from app.wire.amendments import AmendmentForm, AmendmentPreview, AmendmentView, NewAmendment
from app.wire.resources import SubmissionView
from prompts.templates import load
from visit.notes import Note

router = APIRouter(prefix="/encounters/{encounter_id}/amendments", tags=["amendments"])


@router.get("")
def list_amendments(here: ServiceHere, encounter: ReadEncounter) -> list[AmendmentView]:
    """Every amendment of the note, and where its filing stands."""
    return [_view(here, amendment) for amendment in here.store.amendments(encounter.id)]


@router.post("/preview")
def preview(
    body: AmendmentForm, here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter
) -> AmendmentPreview:
    """The exact text that signing fixes. Refused with ``conflict.ehr`` where the EHR takes no such amendment."""
    draft = _draft(body, Desk(here, ehr, user, encounter))
    here.store.audit(user.id, "amendment.read", f"encounter:{encounter.id}", kind=body.kind)
    return AmendmentPreview(
        text=draft.text.decode(),
        sha256=sha256(draft.text).hexdigest(),
        destination=ehr.destination,
        effect=ehr.delivery.effect(body.kind),
    )


@router.post("", status_code=201)
def sign(body: NewAmendment, here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter) -> AmendmentView:
    """Sign the amendment that was shown; filing it is a step of its own."""
    draft = _draft(body, Desk(here, ehr, user, encounter))
    if sha256(draft.text).hexdigest() != body.sha256:
        raise Conflict("This is not the text that was shown.", code="conflict.text")
    return _view(here, here.store.amend(user.id, encounter.id, draft))


@router.post("/{number}/submit")
def submit(number: int, here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter) -> SubmissionView:
    """File a signed amendment, once."""
    here.store.amendment(encounter.id, number)
    return views.submission_view(Filing(ehr, here.store).submit(user.id, encounter.id, number))


@router.post("/{number}/submit/release")
def release(number: int, here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter) -> SubmissionView:
    """Let an unknown filing be sent again: this person looked in the EHR, and the amendment is not there."""
    return views.submission_view(Filing(ehr, here.store).release(user.id, encounter.id, number))


@dataclass(frozen=True, slots=True)
class Desk:
    """Who amends which encounter's note, for which EHR."""

    here: Service
    ehr: Ehr
    user: User
    encounter: Encounter


def _draft(form: AmendmentForm, desk: Desk) -> Draft:
    """The amendment that a form describes, over this clinician's name and of today."""
    here, encounter = desk.here, desk.encounter
    refusal = desk.ehr.delivery.refusal(form.kind)
    if refusal:
        raise Conflict(refusal, code="conflict.ehr")
    if form.target and form.kind != "retraction":
        raise InvalidInput("Only a retraction names what it is about.", code="input.amendment")
    signing = here.store.signing(encounter.id)
    note = standing_note(here, encounter, signing.version)
    letterhead = Letterhead(encounter.chart, desk.user.name, encounter.created.astimezone().date())
    today = date.today()
    attestation = form.attestation if isinstance(form, NewAmendment) else ""
    if form.kind == "addendum":
        text = addendum_text(form.text, note.template, letterhead, today)
    elif form.kind == "retraction":
        title = load(note.template).title
        text = retraction_text(form.reason, f"addendum to {title}" if form.target else title, letterhead, today)
    else:
        if not form.edits:
            raise InvalidInput("A replacement needs edits.", code="input.amendment")
        note, _ = edited(here, encounter, note, form.edits)
        codes = [code.suggestion for code in here.store.codes(encounter.id) if code.decision == "accepted"]
        text = replacement_text(note, letterhead, codes, today, form.reason)
    require_finished(text)
    kept = note if form.kind == "replacement" else None
    return Draft(form.kind, text.encode(), attestation, form.target, kept)


def standing_note(here: Service, encounter: Encounter, version: int) -> Note:
    """The note as it stands: the newest replacement that is filed, else the one that was signed first."""
    for amendment in reversed(here.store.amendments(encounter.id)):
        line = here.store.submission(encounter.id, amendment.number)
        if amendment.note is not None and line is not None and line.state == "filed":
            return amendment.note
    return here.store.note(encounter.id, version).note


def _view(here: Service, amendment: Amendment) -> AmendmentView:
    submission = here.store.submission(amendment.encounter, amendment.number)
    return AmendmentView(
        number=amendment.number,
        kind=amendment.kind,
        target=amendment.target,
        text=amendment.text.decode(),
        sha256=amendment.sha256,
        by=here.store.user(amendment.by).name,
        at=amendment.at,
        submission=views.submission_view(submission) if submission else None,
        sentences=[views.sentence_view(sentence) for sentence in amendment.note.sentences] if amendment.note else [],
    )
