"""``/api/encounters/{id}/submit``: the signed note into the EHR."""

from fastapi import APIRouter

from app.ehr.filing import Filing
from app.rest.context import EhrHere, OwnEncounter, ServiceHere, UserHere
from app.wire import views
from app.wire.resources import SubmissionView

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["submissions"])


@router.post("/submit")
def submit(here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter) -> SubmissionView:
    """File the signed note, once. An answer that got lost leaves the state ``unknown``, never a second copy."""
    filing = Filing(ehr, here.store)
    submission = filing.submit(user.id, encounter.id)
    here.deliver(encounter.id)
    return views.submission_view(submission)


@router.post("/submit/release")
def release(here: ServiceHere, ehr: EhrHere, user: UserHere, encounter: OwnEncounter) -> SubmissionView:
    """Let an unknown filing be sent again: this person looked in the EHR, and the note is not there."""
    return views.submission_view(Filing(ehr, here.store).release(user.id, encounter.id))
