"""Signing in at the identity provider: there with a state, a nonce and a PKCE challenge; back with a code."""

import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from app.errors import NotAllowed, NotFound
from app.oidc import provider as providers
from app.oidc.provider import Provider, Registration
from app.security.baggage import AWAY_S, Departure, challenge
from app.settings import Settings
from app.smart.clients import public_url
from app.store.identities import Identity
from app.wire.resources import Role

PURPOSE: Final = "oidc"
KNOWN_S: Final = 300.0


class Packer(Protocol):
    """What seals and opens a browser's baggage: the store."""

    def pack(self, purpose: str, state: str, carried: Mapping[str, str], seconds: float) -> str:
        """Seal it."""

    def unpack(self, purpose: str, state: str, sealed: str) -> dict[str, str] | None:
        """Open it."""


class SingleSignOn:
    """Signing in through the provider of the settings. Safe to call from any thread; blocks."""

    def __init__(self, settings: Settings, packer: Packer, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Off unless the settings name an issuer and our client id there."""
        self._settings, self._packer, self._clock = settings, packer, clock
        self._known: tuple[float, Provider] | None = None

    @property
    def on(self) -> bool:
        """Whether there is a provider."""
        return bool(self._settings.oidc_issuer and self._settings.oidc_client_id)

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser back to; register exactly this."""
        return f"{public_url(self._settings)}/oidc/callback"

    def begin(self) -> Departure:
        """Begin signing in. Raises :class:`NotFound` when single sign-on is off."""
        us, provider = self._us(), self._provider()
        state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        settings = self._settings
        form = {
            "response_type": "code",
            "client_id": us.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": settings.oidc_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            **({"acr_values": " ".join(settings.oidc_acr)} if settings.oidc_acr else {}),
        }
        sealed = self._packer.pack(PURPOSE, state, {"verifier": verifier, "nonce": nonce}, AWAY_S)
        return Departure(_with(provider.authorize, form), state, sealed)

    def complete(self, state: str, code: str, sealed: str, issuer: str | None) -> Identity:
        """Who signed in, from what the browser came back with.

        Raises :class:`NotAllowed`: ``auth.oidc_state`` when this browser did not begin it here or was away too
        long, ``auth.oidc`` and ``auth.oidc_token`` when the provider refuses or its word does not hold,
        ``auth.oidc_factor`` when it signed somebody in with less than is asked for here.
        """
        us, provider = self._us(), self._provider()
        carried = self._packer.unpack(PURPOSE, state, sealed)
        if carried is None:
            raise NotAllowed("This sign-in was not begun here, or is too old. Try again.", code="auth.oidc_state")
        if issuer != provider.issuer and (issuer is not None or provider.names_itself):
            raise NotAllowed("Another identity provider answered.", code="auth.oidc_state")
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": carried["verifier"],
        }
        token = providers.exchange(provider, us, form)
        claims = providers.claims(provider, us, token, carried["nonce"])
        self._require_factor(claims)
        return self._identity(provider.issuer, claims)

    def leave(self) -> str | None:
        """Where the browser ends its session at the provider; ``None`` where that is not offered."""
        us, end = self._us(), self._provider().end_session
        home = f"{public_url(self._settings)}/"
        return _with(end, {"client_id": us.client_id, "post_logout_redirect_uri": home}) if end else None

    def _us(self) -> Registration:
        settings = self._settings
        if not settings.oidc_issuer or not settings.oidc_client_id:
            raise NotFound("Single sign-on is not set up here.", code="not_found.oidc")
        return Registration(
            settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()
        )

    def _provider(self) -> Provider:
        """The provider, asked at most every few minutes where it is: anybody may begin a sign-in."""
        if self._known is None or self._known[0] <= self._clock():
            self._known = (self._clock() + KNOWN_S, providers.discover(self._us().issuer))
        return self._known[1]

    def _require_factor(self, claims: Mapping[str, Any]) -> None:
        wanted = self._settings.oidc_acr
        if wanted and claims.get("acr") not in wanted:
            raise NotAllowed("The identity provider did not ask for enough proof.", code="auth.oidc_factor")
        if not wanted and self._settings.second_factor == "required":
            raise NotAllowed(
                "A second factor is required here, and nothing says that the identity provider asked for one.",
                code="auth.oidc_factor",
            )

    def _identity(self, issuer: str, claims: Mapping[str, Any]) -> Identity:
        """Raises :class:`NotAllowed` (``auth.oidc_user``) when the claims name nobody, or nobody who may come in."""
        settings = self._settings
        named = claims.get(settings.oidc_user_claim)
        proved = settings.oidc_user_claim != "email" or claims.get("email_verified") is True
        if not isinstance(named, str) or not 0 < len(named.strip()) <= 100 or not proved:
            raise NotAllowed("The identity provider did not say who you are.", code="auth.oidc_user")
        name = str(claims.get("name") or named)[:200]
        return Identity(issuer, str(claims["sub"]), named.strip(), name, self._role(claims))

    def _role(self, claims: Mapping[str, Any]) -> Role | None:
        """The first role of the settings that the person has; ``None`` where the provider does not decide."""
        settings = self._settings
        if settings.oidc_role_claim is None:
            return None
        has = claims.get(settings.oidc_role_claim)
        values = set(has) if isinstance(has, list) and all(isinstance(v, str) for v in has) else {has}
        for value, role in settings.oidc_roles.items():
            if value in values:
                return role
        raise NotAllowed("Your role at the identity provider has no place here.", code="auth.oidc_user")


def _with(url: str, form: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(form)}"
