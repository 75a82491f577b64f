"""REST shapes of single sign-on, second factors and emergency access."""

from datetime import datetime

from pydantic import Field

from app.wire.resources import Resource, Role, UserView


class SignInMethods(Resource):
    """Answer of ``GET /api/session/methods``: the ways to sign in besides a password."""

    single_sign_on: str | None = Field(None, description="What the identity provider is called; go to `/oidc/sign-in`.")


class AccountView(UserView):
    """An account as an administrator sees it: whether a second factor and an identity elsewhere belong to it."""

    second_factor: bool = False
    linked: bool = False


class NewRole(Resource):
    """Body of ``PUT /api/users/{id}/role``."""

    role: Role


class FactorSetup(Resource):
    """Answer of ``POST /api/session/second-factor``: what an authenticator is shown, once."""

    secret: str
    uri: str


class FactorCode(Resource):
    """Body of ``PUT /api/session/second-factor``: the code that the authenticator shows."""

    code: str = Field(min_length=6, max_length=7)


class PasswordProof(Resource):
    """Body of ``POST /api/session/second-factor/remove``: the user's password and a code."""

    password: str = Field(max_length=200)
    code: str = Field(min_length=6, max_length=7)


class EmergencyForm(Resource):
    """Body of ``POST /api/emergency-access``. The reason is kept, sealed, and reviewed."""

    ehr_encounter_id: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=10, max_length=1000)


class GrantView(Resource):
    """Emergency access that was taken; ``user`` is the id of who took it."""

    encounter: str
    user: str
    at: datetime
    until: datetime
    reason: str
