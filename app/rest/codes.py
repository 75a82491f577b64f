"""``/api/codes`` and ``/api/encounters/{id}/codes/{code}``: codes looked up and decided about."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.errors import NotFound
from app.rest.context import CodeEncounter, Service, ServiceHere, UserHere
from app.security.access import require_role
from app.wire import views
from app.wire.resources import CodeDecision, CodeView
from visit.codes import CodeSuggestion

router = APIRouter(tags=["codes"])


@router.get("/codes")
def search(here: ServiceHere, user: UserHere, q: Annotated[str, Query(min_length=1, max_length=100)]) -> list[CodeView]:
    """Billable codes that match a description or the start of a code."""
    require_role(user, "clinician", "coder")
    return [views.code_view(code) for code in here.parts.coder.search(q)]


@router.put("/encounters/{encounter_id}/codes/{code}")
def decide(
    code: Annotated[str, Path(min_length=3, max_length=8)],
    body: CodeDecision,
    here: ServiceHere,
    user: UserHere,
    encounter: CodeEncounter,
) -> CodeView:
    """Accept or reject a code, or take that back; accepting one that was not suggested adds it."""
    model = here.parts.coder.version
    listed = any(one.suggestion.code == code for one in here.store.codes(encounter.id))
    if body.decision == "accepted" and not listed:
        stored = here.store.add_code(user.id, encounter.id, billable(here, code), model=model)
    else:
        stored = here.store.decide_code(user.id, encounter.id, code, body.decision, body.reason, model=model)
    here.deliver(encounter.id)
    return views.code_view(stored)


def billable(here: Service, code: str) -> CodeSuggestion:
    """A code that a person names. Raises :class:`NotFound` when it is not billable."""
    found = next((one for one in here.parts.coder.search(code) if one.code == code), None)
    if found is None:
        raise NotFound("There is no such billable code.", code="not_found.code")
    return found
