"""``/api/launches/{id}``: the chart from which Sidenote was opened, and whether it is still the right one."""

from fastapi import APIRouter

from app.rest.context import Service, ServiceHere, SessionHere
from app.security.access import Right
from app.smart import open_chart
from app.smart.launch import Launch
from app.wire.launches import ChartCheck, LaunchView
from visit.ids import EncounterId

router = APIRouter(prefix="/launches/{launch_id}", tags=["launches"])


@router.get("")
def show(launch_id: str, here: ServiceHere, session: SessionHere) -> LaunchView:
    """Whose chart it is, and what the EHR did not grant."""
    launch = here.launches.find(launch_id, session.user.id)
    return LaunchView(
        id=launch.id,
        patient=launch.patient,
        ehr_encounter_id=launch.encounter,
        encounter_id=_opened(here, launch),
        need_patient_banner=launch.banner,
        missing_scopes=launch.missing_scopes,
    )


@router.post("/check", status_code=204)
def check(launch_id: str, body: ChartCheck, here: ServiceHere, session: SessionHere) -> None:
    """Compare the launch's patient with the encounter's, here and in the EHR.

    Refused with ``conflict.patient`` or ``conflict.encounter``. The page asks when recording starts and when it
    stops; no recording starts without it (:func:`app.smart.open_chart.before_recording`), and filing compares once
    more.
    """
    launch = here.launches.find(launch_id, session.user.id)
    encounter = here.store.allow(session.user, here.store.encounter(EncounterId(body.encounter_id)), Right.WRITE)
    open_chart.check(here.store, launch, encounter, body.moment)


@router.delete("", status_code=204)
def end(launch_id: str, here: ServiceHere, session: SessionHere) -> None:
    """Close the chart here: the launch and its access tokens are forgotten."""
    here.launches.find(launch_id, session.user.id)
    here.launches.end(launch_id)


def _opened(here: Service, launch: Launch) -> str | None:
    """Our encounter of the launch's visit, when this clinician opened it."""
    if launch.encounter is None:
        return None
    encounter, owner = here.store.opened([launch.encounter]).get(launch.encounter, (None, None))
    return encounter if owner == launch.user.id else None
