"""``/cds-services``: CDS Hooks, with a card that opens Sidenote from the chart."""

from functools import lru_cache
from typing import Any

from fastapi import APIRouter, Request

from app.errors import InvalidInput, NotAllowed, NotFound
from app.rest.context import ServiceHere
from app.settings import Settings
from app.smart.cds import HOOKS, Callers, card, services
from app.smart.clients import public_url
from app.wire.launches import Cards, HookRequest

router = APIRouter(prefix="/cds-services", tags=["cds"])


@router.get("")
def discovery(here: ServiceHere) -> dict[str, Any]:
    """The services there are."""
    _require_on(here.settings)
    return {"services": services()}


@router.post("/{service}")
def call(service: str, body: HookRequest, request: Request, here: ServiceHere) -> Cards:
    """One card that opens Sidenote. The caller's token must be for exactly this URL, and is good once."""
    _require_on(here.settings)
    if service not in HOOKS:
        raise NotFound("There is no such service.", code="not_found.service")
    here_is = f"{public_url(here.settings)}/cds-services/{service}"
    callers(here.settings).require(request.headers.get("Authorization", ""), here_is)
    if body.hook != HOOKS[service][0]:
        raise InvalidInput("This service listens to another hook.", code="input.hook")
    known = {url.rstrip("/") for url in (here.settings.ehr_url, *here.settings.smart_issuers)}
    if body.fhirServer is not None and body.fhirServer.rstrip("/") not in known:
        raise NotAllowed("This EHR may not launch Sidenote here.", code="auth.issuer")
    encounter = body.context.encounterId
    opened = encounter is not None and bool(here.store.opened([encounter]))
    return Cards(cards=[card(f"{public_url(here.settings)}/smart/launch", opened)])


@lru_cache(8)
def _callers(clients: tuple[tuple[str, str], ...]) -> Callers:
    return Callers(dict(clients))


def callers(settings: Settings) -> Callers:
    """The one checker of this process; it remembers which tokens were used."""
    return _callers(tuple(sorted(settings.cds_clients.items())))


def _require_on(settings: Settings) -> None:
    if not settings.cds_clients:
        raise NotFound("CDS Hooks are not set up here.", code="not_found.service")
