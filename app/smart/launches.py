"""SMART App Launch: from the EHR's chart to a signed-in clinician with one patient.

Everything is keyed by launch: two charts open side by side are two launches with two ids, two tokens and two
patients. An open launch is kept in the record, sealed; a browser on its way to the EHR carries its state itself.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol
from urllib.parse import urlencode

from app.ehr.client import Access, Ehr
from app.errors import Conflict, NotAllowed, NotFound
from app.records import User
from app.security.baggage import AWAY_S, Departure, challenge
from app.settings import Settings
from app.smart.clients import launch_client, public_url
from app.smart.identity import practitioner_of, require_launchable, user_of
from app.smart.launch import KEPT, KeptLaunch, Launch
from app.smart.server import Endpoints, TokenAnswer, ask_token, discover
from app.smart.tokens import Bound, Client, LaunchTokens
from visit.ids import UserId

PURPOSE: Final = "launch"
DISCOVERED_S: Final = 300.0
MOST: Final = 1000
"""Open launches whose connection to the EHR is held ready; others are made ready again when they are asked for."""


class Shelf(Protocol):
    """What launches ask of the store."""

    def keep_launch(self, launch: str, user: UserId, plain: bytes) -> None:
        """Keep a launch, sealed."""

    def renew_launch(self, launch: str, plain: bytes) -> None:
        """Keep newer tokens of it."""

    def kept_launch(self, launch: str) -> tuple[UserId, bytes] | None:
        """Whose launch it is, and what was kept."""

    def forget_launch(self, launch: str) -> None:
        """End a launch."""

    def user(self, user: UserId) -> User:
        """One account."""

    def pack(self, purpose: str, state: str, carried: Mapping[str, str], seconds: float) -> str:
        """Seal what a browser takes along."""

    def unpack(self, purpose: str, state: str, sealed: str) -> dict[str, str] | None:
        """What a browser brought back."""


class Launches:
    """Every launch. Safe to call from any thread; blocks, so call it off the event loop."""

    def __init__(self, settings: Settings, shelf: Shelf, *, clock: Callable[[], float] = time.time) -> None:
        """Which EHRs may launch, and who we are to them, follow from the settings."""
        self._settings, self._shelf, self._clock = settings, shelf, clock
        self._issuers = {url.rstrip("/") for url in (settings.ehr_url, *settings.smart_issuers)}
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Endpoints]] = {}
        self._ready: dict[str, Launch] = {}

    @property
    def redirect_uri(self) -> str:
        """Where the EHR sends the browser back to; register exactly this."""
        return f"{public_url(self._settings)}/smart/callback"

    def begin(self, issuer: str | None, launch: str | None) -> Departure:
        """Begin a launch: the EHR's URL to send the browser to, and what to put into a cookie.

        ``issuer`` and ``launch`` are the EHR's parameters; without them the launch is standalone. Raises
        :class:`NotAllowed` (``auth.issuer``) for an EHR that is not ours.
        """
        client = self._client()
        base = (issuer or self._settings.ehr_url).rstrip("/")
        if base not in self._issuers:
            raise NotAllowed("This EHR may not launch Sidenote here.", code="auth.issuer")
        authorize = require_launchable(self._discovered(base))
        state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
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
        carried = {"base": base, "verifier": verifier, "nonce": nonce}
        sealed = self._shelf.pack(PURPOSE, state, carried, AWAY_S)
        return Departure(f"{authorize}{'&' if '?' in authorize else '?'}{urlencode(form)}", state, sealed)

    def complete(self, state: str, code: str, sealed: str, users: list[User]) -> Launch:
        """Exchange the code that the EHR sent back. ``sealed`` is what :meth:`begin` gave this browser.

        Raises :class:`NotAllowed`: ``auth.launch_state`` when this browser did not begin this launch,
        ``auth.smart`` when the EHR refuses the code, ``auth.smart_user`` when nobody here is the clinician;
        :class:`Conflict` (``conflict.no_patient``) when the EHR names no patient.
        """
        client, carried = self._client(), self._shelf.unpack(PURPOSE, state, sealed)
        if carried is None or carried["base"] not in self._issuers:
            raise NotAllowed("This launch was not begun here, or is too old. Open it again.", code="auth.launch_state")
        endpoints = self._discovered(carried["base"])
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": carried["verifier"],
        }
        answer = ask_token(endpoints, client.id, client.key, form)
        practitioner = practitioner_of(endpoints, client.id, answer.context.get("id_token"), carried["nonce"])
        mapping, own = self._settings.ehr_practitioners, self._settings.ehr_url
        user = user_of(practitioner, endpoints.base, users, mapping, own)
        kept, launch_id = _kept(endpoints, practitioner, answer, self._clock()), secrets.token_urlsafe(18)
        self._shelf.keep_launch(launch_id, user.id, KEPT.dump_json(kept))
        return self._make_ready(launch_id, user, kept)

    def find(self, launch_id: str, user: UserId) -> Launch:
        """A clinician's launch; raises :class:`NotAllowed` (``auth.launch``) when it is over or another's."""
        found = self._shelf.kept_launch(launch_id)
        if found is None or found[0] != user:
            raise NotAllowed("The EHR session is over. Open Sidenote from the chart again.", code="auth.launch")
        with self._lock:
            ready = self._ready.get(launch_id)
        return ready or self._make_ready(launch_id, self._shelf.user(user), KEPT.validate_json(found[1]))

    def end(self, launch_id: str) -> None:
        """Forget a launch and its tokens."""
        self._shelf.forget_launch(launch_id)
        with self._lock:
            ended = self._ready.pop(launch_id, None)
        if ended is not None:
            ended.ehr.close()

    def _client(self) -> Client:
        client = launch_client(self._settings)
        if client is None:
            raise NotFound("App launches are not set up here.", code="not_found.launch")
        return client

    def _make_ready(self, launch_id: str, user: User, kept: KeptLaunch) -> Launch:
        """A launch with its connection to the EHR, from what is kept of it."""

        def keep(answer: TokenAnswer | None) -> None:
            if answer is None:
                self._shelf.forget_launch(launch_id)
                return
            newer = replace(
                kept,
                access_token=answer.access_token,
                refresh_token=answer.refresh_token,
                token_ends=self._clock() + answer.expires_s,
                scope=answer.scope,
            )
            self._shelf.renew_launch(launch_id, KEPT.dump_json(newer))

        bound = Bound(kept.patient, kept.encounter)
        tokens = LaunchTokens(kept.endpoints, self._client(), kept.answer(self._clock()), bound, keep)
        made = Launch(
            id=launch_id,
            user=user,
            issuer=kept.endpoints.base,
            patient=kept.patient,
            encounter=kept.encounter,
            practitioner=kept.practitioner,
            banner=kept.banner,
            ehr=self._ehr(kept, user, tokens),
            tokens=tokens,
        )
        with self._lock:
            first = self._ready.setdefault(launch_id, made)
            spare = [self._ready.pop(next(iter(self._ready))) for _ in range(len(self._ready) - MOST)]
        for unused in (*spare, *(() if first is made else (made,))):
            unused.ehr.close()
        return first

    def _discovered(self, base: str) -> Endpoints:
        """The EHR's endpoints; asked for at most every few minutes, for anybody may begin a launch."""
        ends, endpoints = self._known.get(base, (0.0, None))
        if endpoints is None or ends <= self._clock():
            endpoints = discover(base)
            self._known[base] = (self._clock() + DISCOVERED_S, endpoints)
        return endpoints

    def _ehr(self, kept: KeptLaunch, user: User, tokens: LaunchTokens) -> Ehr:
        """The EHR as this clinician sees it: everything under their own token, authored by them."""
        settings = self._settings
        access = Access(
            url=kept.endpoints.base,
            timeout_s=settings.ehr_timeout_s,
            tokens=tokens,
            organization=f"Organization/{settings.ehr_organization}" if settings.ehr_organization else None,
            practitioners={user.username: kept.practitioner.partition("/")[2]},
            ai_label=settings.ehr_ai_label,
            provenance=settings.ehr_provenance,
        )
        return Ehr.at(access, settings)


def _kept(endpoints: Endpoints, practitioner: str, answer: TokenAnswer, now: float) -> KeptLaunch:
    """What to keep of a launch that the EHR has just accepted."""
    context: Mapping[str, Any] = answer.context
    patient, encounter = context.get("patient"), context.get("encounter")
    if not isinstance(patient, str) or not patient:
        raise Conflict("The EHR named no patient. Open Sidenote from a chart.", code="conflict.no_patient")
    return KeptLaunch(
        endpoints=endpoints,
        patient=patient,
        encounter=encounter if isinstance(encounter, str) and encounter else None,
        practitioner=practitioner,
        banner=context.get("need_patient_banner") is not False,
        access_token=answer.access_token,
        refresh_token=answer.refresh_token,
        token_ends=now + answer.expires_s,
        scope=answer.scope,
    )
