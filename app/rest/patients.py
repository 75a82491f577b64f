"""``/api/encounters/{id}/patient-check``: whether the EHR still says that this visit is this patient's."""

from datetime import UTC, datetime

from fastapi import APIRouter

from app.errors import Unavailable
from app.rest.context import OwnEncounter, ServiceHere, UserHere
from app.wire.resources import PatientCheck

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["encounters"])


@router.post("/patient-check")
def check(here: ServiceHere, user: UserHere, encounter: OwnEncounter) -> PatientCheck:
    """Ask the EHR again whose visit this is. An EHR that is down is an answer of its own, so that it stops no visit."""
    try:
        now = here.parts.ehr.chart(encounter.ehr_encounter_id).patient_id
    except Unavailable:
        return PatientCheck(outcome="unreachable", at=datetime.now(UTC))
    outcome = "same" if now == encounter.chart.patient_id else "different"
    here.store.audit(user.id, "patient.checked", f"encounter:{encounter.id}", outcome=outcome)
    return PatientCheck(outcome=outcome, at=datetime.now(UTC))
