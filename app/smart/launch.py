"""A launch: one clinician, one patient, one EHR; and the form in which it is kept."""

from dataclasses import dataclass, field

from pydantic import TypeAdapter

from app.ehr.client import Ehr
from app.records import User
from app.smart.scopes import missing
from app.smart.server import Endpoints, TokenAnswer
from app.smart.tokens import LaunchTokens
from visit.ids import EncounterId


@dataclass(frozen=True, slots=True)
class Launch:
    """An accepted launch: one clinician, one patient and at most one encounter, for as long as it lasts.

    ``checked`` is when the EHR last said that an encounter is still this patient's, by ``time.monotonic``; it is not
    kept over a restart, after which the EHR is asked again.
    """

    id: str
    user: User
    issuer: str
    patient: str
    encounter: str | None
    practitioner: str
    banner: bool
    ehr: Ehr = field(repr=False)
    tokens: LaunchTokens = field(repr=False)
    checked: dict[EncounterId, float] = field(default_factory=dict, repr=False, compare=False)

    @property
    def missing_scopes(self) -> list[str]:
        """The scopes that Sidenote wants and was not granted."""
        return [scope for scope, _ in missing(self.tokens.scope)]


@dataclass(frozen=True, slots=True)
class KeptLaunch:
    """What is kept of a launch, sealed, so that a restart does not end it. Times are seconds since 1970."""

    endpoints: Endpoints
    patient: str
    encounter: str | None
    practitioner: str
    banner: bool
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    token_ends: float
    scope: str

    def answer(self, now: float) -> TokenAnswer:
        """The tokens, with what is left of them."""
        return TokenAnswer(self.access_token, max(0.0, self.token_ends - now), self.scope, self.refresh_token)


KEPT: TypeAdapter[KeptLaunch] = TypeAdapter(KeptLaunch)
