"""The identity provider: where its endpoints are, what it gives for a code, and whether its ID token holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx
import jwt

from app.errors import NotAllowed, Unavailable
from app.smart.identity import ALGORITHMS, LEEWAY_S, signing_key
from app.smart.server import fetch_json, http_client, require_safe

_WANTED: Final = {"authorize": "authorization_endpoint", "token": "token_endpoint", "jwks": "jwks_uri"}


@dataclass(frozen=True, slots=True)
class Registration:
    """Who we are to the provider; public without a secret."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """What ``.well-known/openid-configuration`` says. ``names_itself``: its answers carry ``iss`` (RFC 9207)."""

    issuer: str
    authorize: str
    token: str
    jwks: str
    end_session: str | None = None
    names_itself: bool = False


def discover(issuer: str) -> Provider:
    """The provider of an issuer; raises :class:`Unavailable` (``unavailable.oidc``) when it is not that issuer's."""
    found = fetch_json(f"{require_safe(issuer).rstrip('/')}/.well-known/openid-configuration")
    if (
        found is None
        or found.get("issuer") != issuer
        or not all(isinstance(found.get(n), str) for n in _WANTED.values())
    ):
        raise Unavailable("The identity provider does not say where it is.", code="unavailable.oidc")
    end = found.get("end_session_endpoint")
    return Provider(
        issuer=issuer,
        **{ours: require_safe(found[theirs]) for ours, theirs in _WANTED.items()},
        end_session=require_safe(end) if isinstance(end, str) else None,
        names_itself=found.get("authorization_response_iss_parameter_supported") is True,
    )


def exchange(provider: Provider, us: Registration, form: Mapping[str, str]) -> str:
    """The ID token for a code.

    Raises :class:`NotAllowed` (``auth.oidc``) when the provider refuses, :class:`Unavailable` when it does not answer.
    """
    data = dict(form)
    auth: httpx.Auth = httpx.Auth()
    if us.secret:
        # RFC 6749, 2.3.1: both are form-encoded before they become user name and password.
        auth = httpx.BasicAuth(quote(us.client_id, safe=""), quote(us.secret, safe=""))
    else:
        data["client_id"] = us.client_id
    try:
        with http_client(provider.token) as client:
            reply = client.post(provider.token, data=data, auth=auth, headers={"Accept": "application/json"})
            body = reply.json() if reply.status_code < 500 else None
    except (httpx.HTTPError, ValueError):
        body = None
    if body is None:
        raise Unavailable("The identity provider does not answer.", code="unavailable.oidc")
    token = body.get("id_token") if isinstance(body, dict) and reply.status_code == 200 else None
    if not isinstance(token, str):
        raise NotAllowed(f"The identity provider refused the sign-in ({reply.status_code}).", code="auth.oidc")
    return token


def claims(provider: Provider, us: Registration, id_token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that is signed by the provider, for us, in time, and of this sign-in (Core, 3.1.3.7).

    Raises :class:`NotAllowed` (``auth.oidc_token``) for any other.
    """
    keys = fetch_json(provider.jwks)
    if keys is None:
        raise Unavailable("The identity provider does not show its keys.", code="unavailable.oidc")
    refused = NotAllowed("The identity provider's word about who you are does not hold.", code="auth.oidc_token")
    try:
        found: dict[str, Any] = jwt.decode(
            id_token,
            signing_key(keys, id_token),
            algorithms=list(ALGORITHMS),
            audience=us.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_S,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError:
        raise refused from None
    several = isinstance(found["aud"], list) and len(found["aud"]) > 1
    if (
        found.get("nonce") != nonce
        or not found["sub"]
        or found.get("azp", None if several else us.client_id) != us.client_id
    ):
        raise refused
    return found
