"""``/smart/launch``, ``/smart/callback`` and ``/.well-known/jwks.json``: how an EHR opens Sidenote.

These two pages are visited by the browser itself, so what goes wrong is said in HTML.
"""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.errors import NotAuthenticated, NotFound, SidenoteError
from app.records import User
from app.rest.away import Parameter, arrived, packed, problem_page, send_away, set_framed_cookie
from app.rest.context import Service, ServiceHere, cookie_name, set_cookie
from app.smart.clients import client_key

router = APIRouter(tags=["smart"])

PATH = "/smart"


@router.get("/.well-known/jwks.json")
def jwks(here: ServiceHere) -> dict[str, Any]:
    """Our public key, for authorization servers."""
    key = client_key(here.settings)
    if key is None:
        raise NotFound("There is no client key here.", code="not_found.client_key")
    return key.jwks()


@router.get("/smart/launch", response_class=RedirectResponse, include_in_schema=False)
def launch(here: ServiceHere, iss: Parameter | None = None, launch: Parameter | None = None) -> Response:
    """Begin a launch from the EHR (``iss`` and ``launch``), or a standalone one (neither)."""
    try:
        return send_away(here, here.launches.begin(iss, launch), PATH)
    except SidenoteError as error:
        return problem_page(error.message, error.http_status)


@router.get("/smart/callback", response_class=RedirectResponse, include_in_schema=False)
def callback(
    request: Request,
    here: ServiceHere,
    state: Parameter = "",
    code: Parameter = "",
    error: Parameter | None = None,
) -> Response:
    """Take the EHR's answer: sign the clinician in and go to the page, with the launch in its address."""
    if error is not None:
        return problem_page("The EHR did not allow the launch.", 403)
    try:
        launched = here.launches.complete(state, code, packed(request, state), here.store.users())
    except SidenoteError as problem:
        return problem_page(problem.message, problem.http_status)
    token = _session_of(request, here, launched.user) or here.store.create_session(launched.user, "launch")[0]
    here.store.mark_launched(here.store.session(token).id)
    here.store.audit(launched.user.id, "launch.accepted", f"user:{launched.user.id}", patient=launched.patient)
    response = RedirectResponse(f"/?launch={quote(launched.id)}", 303)
    arrived(here, response, state, PATH)
    if here.settings.frame_ancestors:
        set_framed_cookie(here, response, cookie_name(request), token, here.settings.session_max_s)
    else:
        set_cookie(request, response, token, here.settings.session_max_s)
    return response


def _session_of(request: Request, here: Service, user: User) -> str | None:
    """The session that this clinician has in this browser already: a second chart must not sign the first one out."""
    token = request.cookies.get(cookie_name(request), "")
    try:
        return token if token and here.store.session(token).user.id == user.id else None
    except NotAuthenticated:
        return None
