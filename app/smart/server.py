"""An EHR's authorization server: where its endpoints are, and what its token endpoint answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from app.errors import InvalidInput, NotAllowed, Unavailable
from app.security.origins import LOOPBACK
from app.smart.keys import ASSERTION, ClientKey

_TIMEOUT_S: Final = 15.0
_ERROR: Final = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What ``.well-known/smart-configuration`` says of a FHIR base URL."""

    base: str
    token: str
    authorize: str | None = None
    issuer: str | None = None
    jwks: str | None = None


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A token endpoint's good answer. ``context`` is everything else in it: patient, encounter, id_token …"""

    access_token: str = field(repr=False)
    expires_s: float
    scope: str
    refresh_token: str | None = field(default=None, repr=False)
    context: Mapping[str, Any] = field(default_factory=dict, repr=False)


def require_safe(url: str) -> str:
    """The URL, when secrets may travel to it: HTTPS, or this machine. Raises :class:`InvalidInput` else."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url
    raise InvalidInput("Authorization servers must be reached over HTTPS.", code="input.smart_url")


def discover(base: str) -> Endpoints:
    """The endpoints of a FHIR base URL.

    Raises :class:`Unavailable` (``unavailable.smart``) when it does not say them, :class:`InvalidInput` when one
    of them is not safe.
    """
    base = require_safe(base.rstrip("/"))
    found = get_json(f"{base}/.well-known/smart-configuration")
    token = found.get("token_endpoint")
    if not isinstance(token, str):
        raise Unavailable("The EHR does not say where its tokens are.", code="unavailable.smart")
    names = {"authorize": "authorization_endpoint", "issuer": "issuer", "jwks": "jwks_uri"}
    others = {ours: found.get(theirs) for ours, theirs in names.items()}
    safe = {name: require_safe(value) for name, value in others.items() if isinstance(value, str)}
    return Endpoints(base, require_safe(token), **safe)


def get_json(url: str) -> dict[str, Any]:
    """A JSON object from an authorization server; raises :class:`Unavailable` (``unavailable.smart``)."""
    body = fetch_json(url)
    if body is None:
        raise Unavailable("The EHR's authorization server does not answer.", code="unavailable.smart")
    return body


def fetch_json(url: str) -> dict[str, Any] | None:
    """A JSON object; ``None`` when there is no answer, or another one."""
    try:
        with http_client(url) as client:
            reply = client.get(url, headers={"Accept": "application/json"})
            body = reply.json() if reply.status_code == 200 else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    return body if isinstance(body, dict) else None


def ask_token(endpoints: Endpoints, client_id: str, key: ClientKey | None, form: Mapping[str, str]) -> TokenAnswer:
    """One request to the token endpoint, with a client assertion when there is a key.

    Raises :class:`NotAllowed` (``auth.smart``) when the server refuses, :class:`Unavailable` when it does not answer.
    """
    data = dict(form)
    if key is None:
        data["client_id"] = client_id
    else:
        data |= {
            "client_assertion_type": ASSERTION,
            "client_assertion": key.assertion(client_id, endpoints.token),
        }
    try:
        with http_client(endpoints.token) as client:
            reply = client.post(endpoints.token, data=data, headers={"Accept": "application/json"})
            body = reply.json()
    except (httpx.HTTPError, ValueError):
        raise Unavailable("The EHR's authorization server does not answer.", code="unavailable.smart") from None
    if not isinstance(body, dict):
        body = {}
    if reply.status_code >= 500:
        raise Unavailable("The EHR's authorization server has a problem.", code="unavailable.smart")
    token = body.get("access_token")
    if reply.status_code != 200 or not isinstance(token, str) or str(body.get("token_type")).lower() != "bearer":
        why = str(body.get("error"))
        named = f": {why}" if _ERROR.fullmatch(why) and why != "None" else ""
        raise NotAllowed(f"The EHR gives no access token ({reply.status_code}{named}).", code="auth.smart")
    return TokenAnswer(
        access_token=token,
        expires_s=_seconds(body.get("expires_in")),
        scope=str(body.get("scope") or form.get("scope") or ""),
        refresh_token=body["refresh_token"] if isinstance(body.get("refresh_token"), str) else None,
        context=body,
    )


def _seconds(value: object) -> float:
    """How long a token lives; one that does not say is asked for again after a minute."""
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return 60.0


def http_client(url: str) -> httpx.Client:
    """A client for one request that may carry secrets: no redirect is followed."""
    parts = urlsplit(url)
    # Reading the certificate authorities takes longer than a request on this machine, which needs none.
    return httpx.Client(
        timeout=_TIMEOUT_S,
        follow_redirects=False,
        trust_env=parts.hostname not in LOOPBACK,
        verify=parts.scheme == "https",
    )
