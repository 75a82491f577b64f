"""CDS Hooks 2.0: who calls, and the card that offers to open Sidenote. A launcher only; nothing is decided here."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import jwt

from app.errors import NotAuthenticated, TooMuch
from app.smart.identity import signing_key
from app.smart.server import get_json, require_safe

ALGORITHMS: Final = ("RS256", "RS384", "ES256", "ES384")
LONGEST_S: Final = 600
KEYS_S: Final = 300.0
MOST: Final = 10_000
"""Token ids that are remembered, so that none is good twice."""

HOOKS: Final = {
    "sidenote-patient-view": ("patient-view", "Offer to record a visit when a chart is opened"),
    "sidenote-encounter-start": ("encounter-start", "Offer to record a visit when it begins"),
}
"""Our services: the hook each listens to, and what it does."""


def services() -> list[dict[str, Any]]:
    """The discovery answer."""
    return [
        {"id": name, "hook": hook, "title": "Sidenote", "description": what} for name, (hook, what) in HOOKS.items()
    ]


class Callers:
    """Checks the JWT that a CDS client sends with each call (CDS Hooks 2.0, "Trusting CDS Clients")."""

    def __init__(self, clients: Mapping[str, str], *, clock: Callable[[], float] = time.time) -> None:
        """``clients`` gives each issuer the URL of its JWK set; a token's own ``jku`` is never followed."""
        self._clients, self._clock = {issuer: require_safe(url) for issuer, url in clients.items()}, clock
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}
        self._keys: dict[str, tuple[float, dict[str, Any]]] = {}

    def require(self, authorization: str, audience: str) -> str:
        """The issuer of a bearer token for ``audience``; raises :class:`NotAuthenticated` (``auth.cds``)."""
        kind, _, token = authorization.partition(" ")
        refused = NotAuthenticated("The caller's token does not hold.", code="auth.cds")
        if kind.lower() != "bearer":
            raise refused
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
            if issuer not in self._clients:
                raise refused
            claims = jwt.decode(
                token,
                self._key(issuer, token),
                algorithms=list(ALGORITHMS),
                audience=audience,
                issuer=issuer,
                leeway=30,
                options={"require": ["iss", "aud", "exp", "iat", "jti"]},
            )
        except jwt.PyJWTError:
            raise refused from None
        now = self._clock()
        if claims["exp"] - now > LONGEST_S:
            raise refused
        self._once(f"{issuer}|{claims['jti']}", float(claims["exp"]) + 30, now, refused)
        return issuer

    def _key(self, issuer: str, token: str) -> Any:
        """The client's key; its set is fetched again when it is old or does not know the key."""
        fetched, jwks = self._keys.get(issuer, (0.0, {"keys": []}))
        now = self._clock()
        if now - fetched < KEYS_S:
            try:
                return signing_key(jwks, token)
            except jwt.PyJWTError:
                if now - fetched < 10:
                    raise
        jwks = get_json(self._clients[issuer])
        self._keys[issuer] = (now, jwks)
        return signing_key(jwks, token)

    def _once(self, token_id: str, ends: float, now: float, refused: NotAuthenticated) -> None:
        with self._lock:
            if len(self._seen) >= MOST:
                self._seen = {name: end for name, end in self._seen.items() if end > now}
            if len(self._seen) >= MOST:
                raise TooMuch("Too many calls at once.", code="limit.cds")
            if token_id in self._seen:
                raise refused
            self._seen[token_id] = ends


def card(launch_url: str, opened: bool) -> dict[str, Any]:
    """The one card: a SMART link that opens Sidenote for the chart at hand."""
    return {
        "uuid": str(uuid.uuid4()),
        "summary": "Go on with this visit's note" if opened else "Record this visit with Sidenote",
        "indicator": "info",
        "detail": "Sidenote listens, drafts the note and shows where each sentence was said. You sign it.",
        "source": {"label": "Sidenote"},
        "links": [{"label": "Open Sidenote", "url": launch_url, "type": "smart"}],
    }
