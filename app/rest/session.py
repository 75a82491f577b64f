"""``/api/session``: signing in and out."""

from anyio import from_thread
from fastapi import APIRouter, Request, Response

from app.errors import NotAllowed
from app.records import Session
from app.rest.context import (
    Service,
    ServiceHere,
    SessionHere,
    cookie_name,
    needs_factor,
    set_cookie,
    token_of,
)
from app.security.origins import LOOPBACK
from app.wire.access import SignInMethods
from app.wire.resources import PasswordChange, SessionView, SignIn, UserView

router = APIRouter(prefix="/session", tags=["session"])


@router.post("")
def sign_in(body: SignIn, request: Request, response: Response, here: ServiceHere) -> SessionView:
    """Sign in; the session travels in a cookie, its CSRF token in the answer."""
    if request.url.scheme != "https" and request.url.hostname not in LOOPBACK:
        raise NotAllowed("Passwords are taken over HTTPS only.", code="auth.insecure")
    user = here.store.verify_password(body.username, body.password, body.code)
    token, _ = here.store.create_session(user)
    set_cookie(request, response, token, here.settings.session_max_s)
    return session_view(here, here.store.session(token))


@router.get("")
def show(here: ServiceHere, session: SessionHere) -> SessionView:
    """Who is signed in."""
    return session_view(here, session)


@router.get("/methods")
def methods(here: ServiceHere) -> SignInMethods:
    """How one may sign in, for the sign-in page."""
    return SignInMethods(single_sign_on=here.settings.oidc_name if here.single_sign_on.on else None)


@router.put("/password", status_code=204)
def change_password(body: PasswordChange, here: ServiceHere, session: SessionHere) -> None:
    """Change one's own password; every other session of the user ends."""
    user = here.store.verify_password(session.user.username, body.old, body.code)
    here.store.set_password(user.id, body.new, actor=user.id, keep_session=session.id)


@router.delete("", status_code=204)
def sign_out(request: Request, response: Response, here: ServiceHere, session: SessionHere) -> None:
    """Sign out, and hang up the session's WebSockets."""
    here.store.end_session(token_of(request))
    from_thread.run_sync(here.live.session_ended, session.id)
    response.delete_cookie(cookie_name(request), path="/")


def session_view(here: Service, session: Session) -> SessionView:
    """A session as the page sees it."""
    user = session.user
    shown = UserView(id=user.id, username=user.username, name=user.name, role=user.role)
    return SessionView(
        user=shown,
        csrf=session.csrf,
        expires_s=session.expires_s,
        second_factor=here.store.has_factor(user.id),
        factor_setup=needs_factor(here, session),
        via=session.via,
    )
