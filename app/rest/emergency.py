"""``/api/emergency-access``: reading another clinician's encounter when a patient cannot wait ("break glass")."""

import logging

from fastapi import APIRouter

from app.rest.context import AdminHere, ServiceHere, UserHere
from app.wire.access import EmergencyForm, GrantView

log = logging.getLogger(__name__)

router = APIRouter(prefix="/emergency-access", tags=["emergency access"])


@router.post("", status_code=201)
def take(body: EmergencyForm, here: ServiceHere, user: UserHere) -> GrantView:
    """Read one encounter for a while; the reason and every look are kept for review."""
    grant = here.store.break_glass(user, body.ehr_encounter_id, body.reason)
    log.warning("emergency access was taken: user %s, encounter %s", user.id, grant.encounter)
    return GrantView.model_validate(grant)


@router.get("")
def review(here: ServiceHere, admin: AdminHere) -> list[GrantView]:
    """Every emergency access there was, newest first. Reading them is audited."""
    here.store.audit(admin.id, "emergency.reviewed", "emergency")
    return [GrantView.model_validate(grant) for grant in here.store.grants()]
