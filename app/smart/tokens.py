"""Access tokens that are kept until shortly before they end: the server's own, and a clinician's of one launch."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from app.errors import Conflict, NotAllowed
from app.smart.keys import ClientKey
from app.smart.scopes import lacking
from app.smart.server import Endpoints, TokenAnswer, ask_token, discover

EARLY_S: Final = 30.0
"""A token is renewed this long before it ends, at most: a request that is under way must not outlive it."""


class Tokens(Protocol):
    """Where a connection to the EHR gets its access tokens. Safe to call from any thread."""

    @property
    def scope(self) -> str:
        """What the newest token was granted."""

    def current(self) -> str:
        """A token that is good now; raises :class:`NotAllowed` or :class:`Unavailable`."""

    def renew(self) -> str:
        """Another token than the present one, which the EHR did not take."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to one authorization server: a registered id, and the key that proves it (if any)."""

    id: str
    key: ClientKey | None


class BackendTokens:
    """The server's own tokens (Backend Services: client credentials with a signed assertion)."""

    def __init__(self, base: str, client: Client, scope: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """``base`` is the FHIR base URL; it is asked for its endpoints when the first token is wanted."""
        self._base, self._client, self._wanted, self._clock = base, client, scope, clock
        self._lock = threading.Lock()
        self._endpoints: Endpoints | None = None
        self._answer: TokenAnswer | None = None
        self._ends = 0.0

    @property
    def scope(self) -> str:
        """What the newest token was granted; empty before the first."""
        return self._answer.scope if self._answer else ""

    def current(self) -> str:
        """The cached token, or a new one."""
        with self._lock:
            if self._answer is None or self._clock() >= self._ends:
                return self._fetch()
            return self._answer.access_token

    def renew(self) -> str:
        """A new token."""
        with self._lock:
            return self._fetch()

    def _fetch(self) -> str:
        self._endpoints = self._endpoints or discover(self._base)
        form = {"grant_type": "client_credentials", "scope": self._wanted}
        self._answer = ask_token(self._endpoints, self._client.id, self._client.key, form)
        self._ends = self._clock() + lifetime_s(self._answer)
        return self._answer.access_token


@dataclass(frozen=True, slots=True)
class Bound:
    """What the tokens of a launch must stay about."""

    patient: str
    encounter: str | None


class LaunchTokens:
    """A clinician's tokens of one launch.

    A refreshed token that is for another patient or encounter ends the launch for good.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        client: Client,
        answer: TokenAnswer,
        bound: Bound,
        keep: Callable[[TokenAnswer | None], None] = lambda _answer: None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``answer`` holds the newest tokens; ``keep`` is called with newer ones, with ``None`` when they are over."""
        self._endpoints, self._client, self._clock = endpoints, client, clock
        self._lock = threading.Lock()
        self._answer, self._bound, self._keep = answer, bound, keep
        self._ends = clock() + lifetime_s(answer)
        self._over = False

    @property
    def scope(self) -> str:
        """What the newest token was granted."""
        return self._answer.scope

    def current(self) -> str:
        """The cached token, or a refreshed one."""
        with self._lock:
            if self._over or self._clock() >= self._ends:
                return self._refresh()
            return self._answer.access_token

    def renew(self) -> str:
        """A refreshed token."""
        with self._lock:
            return self._refresh()

    def _refresh(self) -> str:
        old = self._answer.refresh_token
        if self._over or old is None:
            self._end()
            raise NotAllowed("The EHR session is over. Open Sidenote from the chart again.", code="auth.launch")
        form = {"grant_type": "refresh_token", "refresh_token": old}
        answer = ask_token(self._endpoints, self._client.id, self._client.key, form)
        for name, bound in (("patient", self._bound.patient), ("encounter", self._bound.encounter)):
            if answer.context.get(name, bound) != bound:
                self._end()
                raise Conflict(f"The EHR moved this session to another {name}.", code=f"conflict.{name}")
        scope = answer.scope or self._answer.scope
        refresh = answer.refresh_token or old
        self._answer = TokenAnswer(answer.access_token, answer.expires_s, scope, refresh, answer.context)
        self._ends = self._clock() + lifetime_s(answer)
        self._keep(self._answer)
        return answer.access_token

    def _end(self) -> None:
        self._over = True
        self._keep(None)


def lifetime_s(answer: TokenAnswer) -> float:
    """How long a token may be used: half its life when that is short."""
    return max(answer.expires_s - EARLY_S, answer.expires_s / 2)


def scope_hint(tokens: "Tokens | None", kind: str, operation: str) -> str:
    """`` The token lacks user/Patient.r.`` when the granted scopes do not allow an operation; else nothing."""
    scope = tokens.scope if tokens else ""
    lacks = lacking(scope, kind, operation) if scope else None
    return f" The access token lacks the scope {lacks}." if lacks else ""
