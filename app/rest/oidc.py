"""``/oidc/…``: signing in and out at the identity provider. The browser itself visits these, so problems are pages."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.errors import NotAllowed, SidenoteError
from app.rest.away import Parameter, arrived, packed, problem_page, send_away
from app.rest.context import ServiceHere, set_cookie
from app.security.origins import LOOPBACK

router = APIRouter(prefix="/oidc", tags=["session"], include_in_schema=False)

PATH = "/oidc"


@router.get("/sign-in", response_class=RedirectResponse)
def sign_in(here: ServiceHere) -> Response:
    """Go to the identity provider."""
    try:
        return send_away(here, here.single_sign_on.begin(), PATH)
    except SidenoteError as error:
        return problem_page(error.message, error.http_status)


@router.get("/callback", response_class=RedirectResponse)
def callback(
    request: Request,
    here: ServiceHere,
    state: Parameter = "",
    code: Parameter = "",
    iss: Parameter | None = None,
    error: Parameter | None = None,
) -> Response:
    """Take the provider's answer: sign the person in and go to the page."""
    try:
        if request.url.scheme != "https" and request.url.hostname not in LOOPBACK:
            raise NotAllowed("People are signed in over HTTPS only.", code="auth.insecure")
        if error is not None:
            raise NotAllowed("The identity provider did not sign you in.", code="auth.oidc")
        identity = here.single_sign_on.complete(state, code, packed(request, state), iss)
        user = here.store.identified(identity, provision=here.settings.oidc_provision)
    except SidenoteError as problem:
        response = problem_page(problem.message, problem.http_status)
    else:
        response = RedirectResponse("/", 303)
        set_cookie(request, response, here.store.create_session(user, "oidc")[0], here.settings.session_max_s)
    arrived(here, response, state, PATH)
    return response


@router.get("/sign-out", response_class=RedirectResponse)
def sign_out(here: ServiceHere) -> Response:
    """After signing out here: end the session at the provider too, where it offers that."""
    try:
        return RedirectResponse(here.single_sign_on.leave() or "/", 303)
    except SidenoteError:
        return RedirectResponse("/", 303)
