"""``/api/session/second-factor``: one's own authenticator."""

from fastapi import APIRouter

from app.rest.context import ServiceHere, SessionHere
from app.security import totp
from app.wire.access import FactorCode, FactorSetup, PasswordProof

router = APIRouter(prefix="/session/second-factor", tags=["session"])


@router.post("", status_code=201)
def begin(here: ServiceHere, session: SessionHere) -> FactorSetup:
    """A new secret for the authenticator; it counts once a code of it was sent back."""
    secret = here.store.begin_factor(session.user)
    return FactorSetup(secret=totp.text(secret), uri=totp.uri(secret, session.user.username))


@router.put("", status_code=204)
def confirm(body: FactorCode, here: ServiceHere, session: SessionHere) -> None:
    """From now on signing in takes a code."""
    here.store.confirm_factor(session.user, body.code)


@router.post("/remove", status_code=204)
def remove(body: PasswordProof, here: ServiceHere, session: SessionHere) -> None:
    """Go back to the password alone, which must be given with a code."""
    user = here.store.verify_password(session.user.username, body.password, body.code)
    here.store.remove_factor(user.id, actor=user.id)
