"""SMART App Launch: from the EHR's chart to a signed-in clinician with one patient, and guards that keep it so.

Everything is keyed by launch: two charts open side by side are two launches with two ids, two tokens and two
patients. Launches live in memory; a restarted server asks the clinician to open Sidenote from the chart again.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from app.ehr.client import Access, Ehr
from app.errors import Conflict, NotAllowed, NotFound, TooMuch
from app.records import Encounter, User
from app.security.tokens import same
from app.settings import Settings
from app.smart.clients import launch_client, public_url
from app.smart.identity import practitioner_of, require_launchable, user_of
from app.smart.scopes import missing
from app.smart.server import Endpoints, ask_token, discover
from app.smart.tokens import LaunchTokens
from visit.ids import UserId

PENDING_S: Final = 600.0
DISCOVERED_S: Final = 300.0
MOST: Final = 1000
"""Launches that may wait for the EHR's answer, and that may be open, at a time."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A launch that the browser took to the EHR. ``binding`` must come back in a cookie of the same browser."""

    endpoints: Endpoints
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    binding: str = field(repr=False)
    ends: float


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and the secret that this browser must bring back with the same ``state``."""

    url: str
    state: str = field(repr=False)
    binding: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Launch:
    """An accepted launch: one clinician, one patient and at most one encounter, for as long as it lasts."""

    id: str
    user: User
    issuer: str
    patient: str
    encounter: str | None
    practitioner: str
    banner: bool
    ehr: Ehr = field(repr=False)
    tokens: LaunchTokens = field(repr=False)

    @property
    def missing_scopes(self) -> list[str]:
        """The scopes that Sidenote wants and was not granted."""
        return [scope for scope, _ in missing(self.tokens.scope)]


class Launches:
    """Every launch of this process. Safe to call from any thread; blocks, so call it off the event loop."""

    def __init__(self, settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Which EHRs may launch, and who we are to them, follow from the settings."""
        self._settings, self._clock = settings, clock
        self._issuers = {url.rstrip("/") for url in (settings.ehr_url, *settings.smart_issuers)}
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Endpoints]] = {}
        self._pending: dict[str, Pending] = {}
        self._open: dict[str, Launch] = {}
        self._sessions: dict[str, None] = {}

    @property
    def redirect_uri(self) -> str:
        """Where the EHR sends the browser back to; register exactly this."""
        return f"{public_url(self._settings)}/smart/callback"

    def begin(self, issuer: str | None, launch: str | None) -> Departure:
        """Begin a launch: the EHR's URL to send the browser to, and what to put into a cookie.

        ``issuer`` and ``launch`` are the EHR's parameters; without them the launch is standalone. Raises
        :class:`NotAllowed` (``auth.issuer``) for an EHR that is not ours.
        """
        client = launch_client(self._settings)
        if client is None:
            raise NotFound("App launches are not set up here.", code="not_found.launch")
        base = (issuer or self._settings.ehr_url).rstrip("/")
        if base not in self._issuers:
            raise NotAllowed("This EHR may not launch Sidenote here.", code="auth.issuer")
        endpoints = self._discovered(base)
        authorize = require_launchable(endpoints)
        state, verifier, nonce, binding = (secrets.token_urlsafe(32) for _ in range(4))
        scope = self._settings.smart_scopes
        if launch is None:
            scope = " ".join("launch/patient launch/encounter" if s == "launch" else s for s in scope.split())
        form = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": self.redirect_uri,
            "scope": scope,
            "state": state,
            "nonce": nonce,
            "aud": issuer or base,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            **({"launch": launch} if launch is not None else {}),
        }
        with self._lock:
            now = self._clock()
            self._pending = {name: wait for name, wait in self._pending.items() if wait.ends > now}
            if len(self._pending) >= MOST:
                raise TooMuch("Too many launches at once. Try again in a minute.", code="limit.launches")
            self._pending[state] = Pending(endpoints, verifier, nonce, binding, now + PENDING_S)
        return Departure(f"{authorize}{'&' if '?' in authorize else '?'}{urlencode(form)}", state, binding)

    def complete(self, state: str, code: str, binding: str, users: list[User]) -> Launch:
        """Exchange the code that the EHR sent back; each state is good once.

        Raises :class:`NotAllowed`: ``auth.launch_state`` when this browser did not begin this launch,
        ``auth.smart`` when the EHR refuses the code, ``auth.smart_user`` when nobody here is the clinician;
        :class:`Conflict` (``conflict.no_patient``) when the EHR names no patient.
        """
        with self._lock:
            pending = self._pending.pop(state, None)
        if pending is None or pending.ends <= self._clock() or not same(binding, pending.binding):
            raise NotAllowed("This launch was not begun here, or is too old. Open it again.", code="auth.launch_state")
        client = launch_client(self._settings)
        assert client is not None
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": pending.verifier,
        }
        answer = ask_token(pending.endpoints, client.id, client.key, form)
        context, base = answer.context, pending.endpoints.base
        practitioner = practitioner_of(pending.endpoints, client.id, context.get("id_token"), pending.nonce)
        user = user_of(practitioner, base, users, self._settings.ehr_practitioners, self._settings.ehr_url)
        patient, encounter = context.get("patient"), context.get("encounter")
        if not isinstance(patient, str) or not patient:
            raise Conflict("The EHR named no patient. Open Sidenote from a chart.", code="conflict.no_patient")
        tokens = LaunchTokens(pending.endpoints, client, answer)
        launch = Launch(
            id=secrets.token_urlsafe(18),
            user=user,
            issuer=base,
            patient=patient,
            encounter=encounter if isinstance(encounter, str) and encounter else None,
            practitioner=practitioner,
            banner=context.get("need_patient_banner") is not False,
            ehr=self._ehr(base, user, practitioner, tokens),
            tokens=tokens,
        )
        with self._lock:
            while len(self._open) >= MOST:
                self._open.pop(next(iter(self._open))).ehr.close()
            self._open[launch.id] = launch
        return launch

    def bind(self, session: str) -> None:
        """Remember that a Sidenote session came from a launch."""
        with self._lock:
            while len(self._sessions) >= MOST:
                self._sessions.pop(next(iter(self._sessions)))
            self._sessions[session] = None

    def find(self, launch_id: str, user: UserId) -> Launch:
        """A clinician's launch; raises :class:`NotAllowed` (``auth.launch``) when it is over or another's."""
        with self._lock:
            found = self._open.get(launch_id)
        if found is None or found.user.id != user:
            raise NotAllowed("The EHR session is over. Open Sidenote from the chart again.", code="auth.launch")
        return found

    def of_session(self, session: str) -> bool:
        """Whether a session came from a launch; its changes must then name theirs."""
        with self._lock:
            return session in self._sessions

    def end(self, launch_id: str) -> None:
        """Forget a launch and its tokens."""
        with self._lock:
            ended = self._open.pop(launch_id, None)
        if ended is not None:
            ended.ehr.close()

    def _discovered(self, base: str) -> Endpoints:
        """The EHR's endpoints; asked for at most every few minutes, for anybody may begin a launch."""
        ends, endpoints = self._known.get(base, (0.0, None))
        if endpoints is None or ends <= self._clock():
            endpoints = discover(base)
            self._known[base] = (self._clock() + DISCOVERED_S, endpoints)
        return endpoints

    def _ehr(self, base: str, user: User, practitioner: str, tokens: LaunchTokens) -> Ehr:
        """The EHR as this clinician sees it: everything under their own token, authored by them."""
        settings = self._settings
        access = Access(
            url=base,
            timeout_s=settings.ehr_timeout_s,
            tokens=tokens,
            organization=f"Organization/{settings.ehr_organization}" if settings.ehr_organization else None,
            practitioners={user.username: practitioner.partition("/")[2]},
            ai_label=settings.ehr_ai_label,
            provenance=settings.ehr_provenance,
        )
        return Ehr.at(access, settings)


def require_same(launch: Launch, encounter: Encounter) -> None:
    """Raise :class:`Conflict` unless a launch is about this encounter and its patient.

    ``conflict.patient`` when another patient's chart is open in the EHR, ``conflict.encounter`` for another visit.
    """
    if launch.patient != encounter.chart.patient_id:
        raise Conflict("Another patient's chart is open in the EHR.", code="conflict.patient")
    if launch.encounter is not None and launch.encounter != encounter.ehr_encounter_id:
        raise Conflict("Another visit of this patient is open in the EHR.", code="conflict.encounter")


def require_ours(launch: Launch, ehr_encounter_id: str) -> None:
    """Read an encounter of the EHR under the launch's token; raise :class:`Conflict` unless it is the launch's."""
    if launch.encounter is not None and launch.encounter != ehr_encounter_id:
        raise Conflict("Another visit of this patient is open in the EHR.", code="conflict.encounter")
    if launch.ehr.encounter(ehr_encounter_id).patient != f"Patient/{launch.patient}":
        raise Conflict("The EHR's encounter belongs to another patient.", code="conflict.patient")


def challenge(verifier: str) -> str:
    """The PKCE challenge of a verifier (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
