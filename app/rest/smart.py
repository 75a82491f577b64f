"""``/smart/launch``, ``/smart/callback`` and ``/.well-known/jwks.json``: how an EHR opens Sidenote.

These two pages are visited by the browser itself, so what goes wrong is said in HTML.
"""

import html
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.errors import NotAuthenticated, NotFound, SidenoteError
from app.records import User
from app.rest.context import Service, ServiceHere, cookie_name, set_cookie
from app.smart.clients import client_key, public_url

router = APIRouter(tags=["smart"])

BINDING_S = 600

Parameter = Annotated[str, Query(max_length=2000)]


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
        begun = here.launches.begin(iss, launch)
    except SidenoteError as error:
        return _problem(error)
    response = RedirectResponse(begun.url, 303)
    _set(here, response, binding_name(begun.state), begun.binding, BINDING_S, path="/smart")
    return response


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
        return _page("The EHR did not allow the launch.", 403)
    try:
        launched = here.launches.complete(state, code, request.cookies.get(binding_name(state), ""), here.store.users())
    except SidenoteError as problem:
        return _problem(problem)
    token = _session_of(request, here, launched.user) or here.store.create_session(launched.user)[0]
    here.launches.bind(here.store.session(token).id)
    here.store.audit(launched.user.id, "launch.accepted", f"user:{launched.user.id}", patient=launched.patient)
    response = RedirectResponse(f"/?launch={quote(launched.id)}", 303)
    if here.settings.frame_ancestors:
        _set(here, response, cookie_name(request), token, here.settings.session_max_s)
    else:
        set_cookie(request, response, token, here.settings.session_max_s)
    return response


def binding_name(state: str) -> str:
    """The cookie that ties the EHR's answer to the browser that began the launch; each launch has its own."""
    return f"sidenote-launch-{state[:12]}"


def _session_of(request: Request, here: Service, user: User) -> str | None:
    """The session that this clinician has in this browser already: a second chart must not sign the first one out."""
    token = request.cookies.get(cookie_name(request), "")
    try:
        return token if token and here.store.session(token).user.id == user.id else None
    except NotAuthenticated:
        return None


def _set(here: Service, response: Response, name: str, value: str, seconds: int, path: str = "/") -> None:
    """A cookie that reaches us inside the EHR's frame too, and only there (CHIPS); scripts never see it.

    Without TLS browsers take no such cookie, so on this machine it is a plain one.
    """
    kind = "SameSite=Lax"
    if public_url(here.settings).startswith("https://"):
        kind = "SameSite=None; Secure" + ("; Partitioned" if here.settings.frame_ancestors else "")
    response.headers.append("Set-Cookie", f"{name}={value}; Max-Age={seconds}; Path={path}; HttpOnly; {kind}")


def _problem(error: SidenoteError) -> Response:
    return _page(error.message, error.http_status)


def _page(message: str, status: int) -> Response:
    body = (
        f"<!doctype html><html lang=en><title>Sidenote</title><h1>Sidenote was not opened</h1><p>{html.escape(message)}"
    )
    return HTMLResponse(body, status, {"Cache-Control": "no-store"})
