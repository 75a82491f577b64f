"""What the routes ask for: the parts, who is signed in, and the encounter they may work on."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Protocol

from anyio import from_thread
from fastapi import Depends, Request, Response

from app.ehr.client import Ehr
from app.errors import NotAllowed, NotAuthenticated
from app.live.plain import PlainFile
from app.oidc.sign_in import SingleSignOn
from app.records import Encounter, Session, User
from app.rest.guard import SAFE_METHODS
from app.samplenote import SampleNote
from app.security.access import Right, require_role
from app.security.tokens import same
from app.settings import Settings
from app.smart import open_chart
from app.smart.launch import Launch
from app.smart.launches import Launches
from visit.ids import EncounterId
from visit.notes import Division, NoteSentence
from visit.turns import Transcript

if TYPE_CHECKING:
    from app.engines import Parts
    from app.store import Store


class Visits(Protocol):
    """What the routes ask of the visits under way (:mod:`app.live.visits`)."""

    async def upload(self, encounter_id: EncounterId, file: PlainFile) -> None:
        """Take over a recorded file: check and hear it like a live visit, then let it go."""

    async def transcribe(self, encounter_id: EncounterId, transcript: Transcript) -> None:
        """Take a transcript made elsewhere as the whole visit."""

    async def redraft(self, encounter_id: EncounterId, divisions: Collection[Division]) -> tuple[NoteSentence, ...]:
        """The sentences of some divisions, drafted anew from the transcript; the note is not touched."""

    async def deliver(self, encounter_id: EncounterId) -> None:
        """Send stored events that were not sent yet to every page that shows the encounter."""

    async def consent_withdrawn(self, encounter_id: EncounterId) -> None:
        """Stop taking audio of the encounter at once."""


class Live(Protocol):
    """What the routes ask of the connections that are open (:mod:`app.live.ws`)."""

    @property
    def connected(self) -> int:
        """How many connections are open."""

    def session_ended(self, session: str) -> None:
        """Hang up every connection of a session."""


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a route may use."""

    settings: Settings
    parts: "Parts"
    visits: Visits
    live: Live
    sample: SampleNote
    launches: Launches
    single_sign_on: SingleSignOn

    @property
    def store(self) -> "Store":
        """The record."""
        return self.parts.store

    def deliver(self, encounter_id: EncounterId) -> None:
        """Send what a change has stored to the pages that show the encounter; call it from a worker thread, as plain
        routes run in one. Nothing is lost without it: it only comes later.
        """
        from_thread.run(self.visits.deliver, encounter_id)


def service(request: Request) -> Service:
    """The service behind this application."""
    found: Service = request.app.state.service
    return found


ServiceHere = Annotated[Service, Depends(service)]


def cookie_name(request: Request) -> str:
    """``__Host-`` binds the cookie to this host over TLS; over plain HTTP on loopback browsers refuse the prefix."""
    return "__Host-sidenote" if request.url.scheme == "https" else "sidenote"


def set_cookie(request: Request, response: Response, token: str, seconds: int) -> None:
    """Give the session's token to the browser, out of reach of scripts and other sites."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=seconds,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def token_of(request: Request) -> str:
    """The session token that came with the request; raises :class:`NotAuthenticated`."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        raise NotAuthenticated("Sign in first.")
    return token


def signed_in(request: Request, here: ServiceHere) -> Session:
    """The session behind a request. A change must also bring the session's CSRF token."""
    session = here.store.session(token_of(request))
    if request.method not in SAFE_METHODS and not same(request.headers.get("X-CSRF-Token", ""), session.csrf):
        raise NotAllowed("The X-CSRF-Token header is missing or wrong.", code="auth.csrf")
    return session


SessionHere = Annotated[Session, Depends(signed_in)]


def needs_factor(here: Service, session: Session) -> bool:
    """Whether a second factor is required and not set up.

    After single sign-on the factor was the provider's: nobody came in that way without one where it is required.
    """
    required = here.settings.second_factor == "required" and session.via != "oidc"
    return required and not here.store.has_factor(session.user.id)


def user(session: SessionHere, here: ServiceHere) -> User:
    """Who is signed in; raises :class:`NotAllowed` while a second factor is required and not set up."""
    if needs_factor(here, session):
        raise NotAllowed("Set up an authenticator first.", code="auth.factor_setup")
    return session.user


UserHere = Annotated[User, Depends(user)]


def admin(user: UserHere) -> User:
    """Who is signed in, when that is an administrator."""
    require_role(user, "admin")
    return user


AdminHere = Annotated[User, Depends(admin)]


def launch(request: Request, here: ServiceHere, session: SessionHere) -> Launch | None:
    """The launch that a request names in ``X-Launch``; a change by a session that came from a launch must name one."""
    named = request.headers.get("X-Launch")
    if named:
        return here.launches.find(named, session.user.id)
    if request.method not in SAFE_METHODS and session.launched:
        raise NotAllowed("The request does not say which chart it belongs to.", code="auth.launch")
    return None


LaunchHere = Annotated[Launch | None, Depends(launch)]


def ehr(here: ServiceHere, launch: LaunchHere) -> Ehr:
    """The EHR: under the clinician's own token in a launch, under the server's else."""
    return launch.ehr if launch else here.parts.ehr


EhrHere = Annotated[Ehr, Depends(ehr)]


def encounter_for(right: Right) -> Callable[..., Encounter]:
    """A dependency: the encounter in the path, when the user has this right over it. Whoever only looks is audited."""

    def find(encounter_id: str, request: Request, here: ServiceHere, user: UserHere, launch: LaunchHere) -> Encounter:
        encounter = here.store.encounter(EncounterId(encounter_id))
        allowed = here.store.allow(user, encounter, right)
        if launch is not None:
            open_chart.require_same(here.store, launch, allowed)
        if request.method in SAFE_METHODS:
            here.store.audit(user.id, "encounter.read", f"encounter:{encounter.id}", part=_part(request))
        return allowed

    return find


def _part(request: Request) -> str | None:
    """What of an encounter a request is about: the route's own words, for the client's may be anything."""
    return request.scope["route"].path.partition("{encounter_id}/")[2] or None


ReadEncounter = Annotated[Encounter, Depends(encounter_for(Right.READ))]
OwnEncounter = Annotated[Encounter, Depends(encounter_for(Right.WRITE))]
CodeEncounter = Annotated[Encounter, Depends(encounter_for(Right.CODE))]


def about_to_record(here: ServiceHere, launch: LaunchHere, encounter: OwnEncounter) -> Encounter:
    """One's own encounter, whose recording may begin now."""
    if launch is not None:
        open_chart.before_recording(here.store, launch, encounter)
    return encounter


RecordedEncounter = Annotated[Encounter, Depends(about_to_record)]
