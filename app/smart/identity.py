"""Who launched: the clinician that the EHR's id_token names, as one of our users."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import jwt

from app.ehr.references import literal
from app.errors import NotAllowed, Unavailable
from app.records import User
from app.smart.server import Endpoints, get_json

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "ES256", "ES384")
LEEWAY_S: Final = 60


def signing_key(jwks: Mapping[str, Any], token: str) -> Any:
    """The key of a JWK set that a token says it was signed with; raises :class:`jwt.PyJWTError`."""
    kid = jwt.get_unverified_header(token).get("kid")
    keys = [key for key in jwt.PyJWKSet.from_dict(dict(jwks)).keys if key.public_key_use in (None, "sig")]
    for key in keys:
        if key.key_id == kid or (kid is None and len(keys) == 1):
            return key.key
    raise jwt.InvalidTokenError("no such key")


def practitioner_of(endpoints: Endpoints, client_id: str, id_token: object, nonce: str) -> str:
    """The practitioner (``Practitioner/1``) whom a checked id_token names.

    Raises :class:`NotAllowed` (``auth.smart_user``) when the token is not one for us, or names no practitioner.
    """
    if not isinstance(id_token, str) or endpoints.jwks is None or endpoints.issuer is None:
        raise NotAllowed("The EHR did not say who is signed in.", code="auth.smart_user")
    keys = get_json(endpoints.jwks)
    try:
        claims = jwt.decode(
            id_token,
            signing_key(keys, id_token),
            algorithms=list(ALGORITHMS),
            audience=client_id,
            issuer=endpoints.issuer,
            leeway=LEEWAY_S,
            options={"require": ["exp", "iss", "aud"]},
        )
    except jwt.PyJWTError:
        raise NotAllowed("The EHR's word about who is signed in does not hold.", code="auth.smart_user") from None
    if claims.get("nonce") != nonce:
        raise NotAllowed("The EHR's word about who is signed in is another launch's.", code="auth.smart_user")
    who = str(claims.get("fhirUser") or claims.get("profile") or "")
    base, slash, reference = who.rpartition("/Practitioner/") if "/Practitioner/" in who else ("", "", who)
    named = literal({"reference": f"Practitioner/{reference}" if slash else reference})
    if named is None or named.type != "Practitioner" or named.base or (slash and base != endpoints.base):
        raise NotAllowed("The person signed in to the EHR is no practitioner of it.", code="auth.smart_user")
    return str(named)


def user_of(practitioner: str, base: str, users: Sequence[User], mapping: Mapping[str, str], own_base: str) -> User:
    """The account that the settings map to a practitioner.

    ``mapping`` gives each user name a practitioner id of the EHR at ``own_base``, or a full URL for another EHR.
    Raises :class:`NotAllowed` (``auth.smart_user``) when nobody, or nobody who may, is mapped.
    """
    full = f"{base}/{practitioner}"
    for user in users:
        mapped = mapping.get(user.username, "")
        url = mapped if urlsplit(mapped).scheme else f"{own_base.rstrip('/')}/Practitioner/{mapped}"
        if mapped and url == full and not user.disabled and user.role == "clinician":
            return user
    raise NotAllowed("No Sidenote account belongs to this practitioner.", code="auth.smart_user")


def require_launchable(endpoints: Endpoints) -> str:
    """The authorization endpoint; raises :class:`Unavailable` when the EHR has none."""
    if endpoints.authorize is None:
        raise Unavailable("The EHR offers no app launch.", code="unavailable.smart")
    return endpoints.authorize
