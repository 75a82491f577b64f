"""``/api/coding/…`` and ``/api/encounters/{id}/coding``: the coders' queue, reviews, agreement, and claims."""

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from app.coding import claim
from app.coding.agreement import Agreement, agreement, last_word
from app.coding.review import Action
from app.errors import Conflict, NotFound
from app.records import Encounter
from app.rest.codes import billable
from app.rest.coding_views import agreement_row, audited, coding_view, queue_item
from app.rest.context import CodeEncounter, ReadEncounter, ServiceHere, UserHere
from app.security.access import require_role
from app.wire import views
from app.wire.coding import (
    AgreementView,
    AuditedCodes,
    CodeChange,
    CodingView,
    EnteredCodes,
    NewPriority,
    QueueItem,
    ReviewStep,
)
from app.wire.resources import CodeView

router = APIRouter(tags=["coding"])


@router.get("/coding/queue")
def queue(here: ServiceHere, user: UserHere) -> list[QueueItem]:
    """Visits to code, most urgent first, then longest waiting."""
    require_role(user, "coder")
    now, waiting = here.store.now(), here.store.queue()
    here.store.audit(user.id, "queue.read", "queue", listed=len(waiting))
    return [queue_item(here, user, one, now) for one in waiting]


@router.get("/coding/agreement")
def how_often_kept(here: ServiceHere, user: UserHere) -> AgreementView:
    """How often suggestions were kept, by the newest decision about each code of each visit."""
    require_role(user, "coder", "admin")
    decided = last_word(here.store.decisions())
    names = {person.id: person.name for person in here.store.users()}
    (total,) = agreement(decided, lambda _: "all") or [Agreement("all")]
    return AgreementView(
        total=agreement_row(total),
        by_code=[agreement_row(row) for row in agreement(decided, lambda one: one.code)],
        by_coder=[agreement_row(row) for row in agreement(decided, lambda one: names.get(one.by, "unknown"))],
        by_model=[agreement_row(row) for row in agreement(decided, lambda one: one.model or "unknown")],
    )


@router.get("/encounters/{encounter_id}/coding")
def show(here: ServiceHere, user: UserHere, encounter: ReadEncounter) -> CodingView:
    """The review of a visit, with hints, visit level, and what is wrong with the accepted codes."""
    return coding_view(here, user, encounter)


@router.put("/encounters/{encounter_id}/coding/priority")
def prioritise(body: NewPriority, here: ServiceHere, user: UserHere, encounter: CodeEncounter) -> CodingView:
    """Move a visit up or down the queue."""
    require_role(user, "coder")
    here.store.prioritise(user, encounter.id, body.priority)
    return coding_view(here, user, encounter)


@router.post("/encounters/{encounter_id}/coding/audit")
def audit(body: EnteredCodes, here: ServiceHere, user: UserHere, encounter: ReadEncounter) -> AuditedCodes:
    """Check codes, and a visit level, that were entered elsewhere; the answer is empty when they are clean."""
    here.store.audit(user.id, "claim.audited", f"encounter:{encounter.id}", codes=len(body.codes))
    return audited(here, encounter, [code.strip().upper() for code in body.codes], body.level)


@router.get("/encounters/{encounter_id}/coding/claim")
def export(
    here: ServiceHere,
    user: UserHere,
    encounter: ReadEncounter,
    form: Annotated[Literal["fhir", "csv"], Query(alias="format")] = "fhir",
) -> Response:
    """The accepted codes of a visit whose coding is finished, as FHIR Conditions or CSV."""
    review = here.store.review(encounter.id)
    if review.state != "coded" or review.coder is None:
        raise Conflict("The coding of this visit is not finished.", code="conflict.not_coded")
    codes = [c.suggestion for c in here.store.codes(encounter.id) if c.decision == "accepted"]
    coded = claim.Coded(
        encounter.id,
        encounter.ehr_encounter_id,
        encounter.chart,
        codes,
        here.store.user(review.coder).name,
        here.store.reviewed_at(encounter.id),
    )
    here.store.audit(user.id, "claim.exported", f"encounter:{encounter.id}", format=form, codes=len(codes))
    if form == "csv":
        return _file(claim.table(coded).encode(), "text/csv; charset=utf-8", encounter, "csv")
    content = json.dumps(claim.conditions(coded), ensure_ascii=False).encode()
    return _file(content, "application/fhir+json", encounter, "json")


@router.post("/encounters/{encounter_id}/coding/hints/{hint_id}/dismiss")
def dismiss(hint_id: str, here: ServiceHere, user: UserHere, encounter: CodeEncounter) -> CodingView:
    """Keep a hint from being shown for this visit again."""
    shown = coding_view(here, user, encounter)
    if hint_id not in {hint.id for hint in shown.hints}:
        raise NotFound("There is no such hint.", code="not_found.hint")
    here.store.dismiss_hint(user, encounter.id, hint_id)
    return coding_view(here, user, encounter)


@router.post("/encounters/{encounter_id}/coding/{action}")
def take(action: Action, body: ReviewStep, here: ServiceHere, user: UserHere, encounter: CodeEncounter) -> CodingView:
    """Take one step of the review; ``ask``, ``answer`` and ``return`` bring a text."""
    here.store.move_review(user, encounter.id, action, body.text)
    return coding_view(here, user, encounter)


@router.post("/encounters/{encounter_id}/codes/{code}/change")
def change(code: str, body: CodeChange, here: ServiceHere, user: UserHere, encounter: CodeEncounter) -> list[CodeView]:
    """Put another code in the place of a listed one, with the reason; all codes come back."""
    to = billable(here, body.to)
    here.store.change_code(user.id, encounter.id, code, to, body.reason, model=here.parts.coder.version)
    here.deliver(encounter.id)
    return [views.code_view(one) for one in here.store.codes(encounter.id)]


def _file(content: bytes, media: str, encounter: Encounter, suffix: str) -> Response:
    name = f"codes-{encounter.id}.{suffix}"
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})
