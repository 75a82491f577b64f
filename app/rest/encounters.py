"""``/api/schedule`` and ``/api/encounters``: what may be recorded, and everything about one visit."""

from anyio import from_thread
from fastapi import APIRouter, Request

from app.errors import Conflict, InvalidInput, NotFound
from app.records import Encounter, StoredNote
from app.rest.context import (
    EhrHere,
    LaunchHere,
    OwnEncounter,
    ReadEncounter,
    Service,
    ServiceHere,
    UserHere,
    token_of,
)
from app.security.access import Right, may, require_role
from app.smart import open_chart
from app.wire import views
from app.wire.resources import (
    ConsentForm,
    ConsentView,
    EncounterSummary,
    EncounterView,
    OpenEncounter,
    ScheduledVisit,
    TicketView,
)
from visit.turns import Transcript

router = APIRouter(tags=["encounters"])


@router.get("/schedule")
def schedule(here: ServiceHere, ehr: EhrHere, launch: LaunchHere, user: UserHere) -> list[ScheduledVisit]:
    """The EHR's visits, with ours where the user opened one; in a launch, those of its patient."""
    require_role(user, "clinician")
    found = ehr.schedule(patient=launch.patient) if launch else ehr.schedule()
    visits = [ScheduledVisit.model_validate(visit) for visit in found]
    here.store.audit(user.id, "schedule.read", "schedule", visits=len(visits))
    opened = here.store.opened([visit.ehr_encounter_id for visit in visits])
    for visit in visits:
        encounter, owner = opened.get(visit.ehr_encounter_id, (None, None))
        visit.encounter_id = encounter if owner == user.id else None
    return visits


@router.get("/encounters")
def list_encounters(here: ServiceHere, user: UserHere) -> list[EncounterSummary]:
    """The newest encounters that the user may see, newest first."""
    listed = [EncounterSummary(**_summary(encounter)) for encounter in here.store.encounters(user)]
    here.store.audit(user.id, "encounters.read", "encounters", listed=len(listed))
    return listed


@router.post("/encounters", status_code=201)
def open_encounter(
    body: OpenEncounter, here: ServiceHere, ehr: EhrHere, launch: LaunchHere, user: UserHere
) -> EncounterView:
    """Open one of the EHR's visits: read its chart and make it the user's own."""
    require_role(user, "clinician")
    template = body.template if "template" in body.model_fields_set else here.settings.template
    if template not in {offered.name for offered in here.store.templates()}:
        raise InvalidInput("There is no such note format.", code="input.template")
    opened = here.store.opened([body.ehr_encounter_id]).get(body.ehr_encounter_id)
    if opened is not None:
        ours = {"encounter_id": opened[0]} if opened[1] == user.id else {}
        raise Conflict("This encounter was opened before.", code="conflict.opened", **ours)
    if launch is not None:
        open_chart.require_ours(launch, body.ehr_encounter_id)
    chart = ehr.chart(body.ehr_encounter_id)
    return encounter_view(here, here.store.open_encounter(user.id, body.ehr_encounter_id, chart, template))


@router.get("/encounters/{encounter_id}")
def show(here: ServiceHere, user: UserHere, encounter: ReadEncounter) -> EncounterView:
    """Everything about one encounter. Looking at it is audited."""
    until = None if may(user, encounter, Right.READ) else here.store.granted_until(user.id, encounter.id)
    return encounter_view(here, encounter).model_copy(update={"reading_until": until})


@router.post("/encounters/{encounter_id}/consent")
def consent(body: ConsentForm, here: ServiceHere, user: UserHere, encounter: OwnEncounter) -> EncounterView:
    """Write down the patient's answer to being recorded."""
    here.store.record_consent(user.id, encounter.id, body.given, body.method)
    if not body.given:
        from_thread.run(here.visits.consent_withdrawn, encounter.id)
    return encounter_view(here, here.store.encounter(encounter.id))


@router.post("/encounters/{encounter_id}/ticket", status_code=201)
def ticket(
    request: Request, here: ServiceHere, user: UserHere, launch: LaunchHere, encounter: ReadEncounter
) -> TicketView:
    """A ticket for one WebSocket connection, from the origin that asks; in a launch, none to record another patient."""
    if launch is not None:
        open_chart.before_recording(here.store, launch, encounter)
    origin = request.headers.get("Origin", "")
    made = here.store.create_ticket(user.id, encounter.id, origin, session_token=token_of(request))
    return TicketView(ticket=made, expires_s=here.settings.ticket_s)


def encounter_view(here: Service, encounter: Encounter) -> EncounterView:
    """An encounter with everything that the page shows of it."""
    store = here.store
    # Read first: an event that happens meanwhile is replayed, never missed.
    last_event = store.last_event(encounter.id)
    transcript = store.transcript(encounter.id) or Transcript(())
    note = newest_note(here, encounter)
    submission = store.submission(encounter.id)
    consent = encounter.consent
    refusal = store.earlier_refusal(encounter) if encounter.state == "open" and consent is None else None
    return EncounterView(
        **_summary(encounter),
        template=encounter.template,
        chart=views.chart_view(encounter.chart),
        consent=ConsentView.model_validate(consent) if consent else None,
        earlier_refusal=ConsentView.model_validate(refusal) if refusal else None,
        samples=encounter.samples,
        turns=[views.turn_view(turn) for turn in transcript.turns],
        gaps=[views.gap_view(gap) for gap in transcript.gaps],
        doubts=[views.doubt_view(doubt) for doubt in transcript.doubts],
        findings=[views.finding_view(finding) for finding in store.findings(encounter.id)],
        note=views.note_view(note) if note else None,
        codes=[views.code_view(code) for code in store.codes(encounter.id)],
        submission=views.submission_view(submission) if submission else None,
        problem=encounter.problem,
        last_event=last_event,
    )


def newest_note(here: Service, encounter: Encounter) -> StoredNote | None:
    """The newest note, when there is one."""
    try:
        return here.store.note(encounter.id)
    except NotFound:
        return None


def summary(encounter: Encounter) -> EncounterSummary:
    """An encounter's row in a list."""
    return EncounterSummary.model_validate(_summary(encounter))


def _summary(encounter: Encounter) -> dict[str, object]:
    return {
        "id": encounter.id,
        "state": encounter.state,
        "patient": views.patient_view(encounter.chart),
        "ehr_encounter_id": encounter.ehr_encounter_id,
        "created": encounter.created,
    }
