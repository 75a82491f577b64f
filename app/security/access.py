"""Who may do what to which encounter. Whatever a user may not see is answered as if it were not there.

| role      | sees of encounters                           | may change of them             |
|-----------|----------------------------------------------|--------------------------------|
| clinician | own ones; by a grant, for a while, another's | everything, until it is signed |
| coder     | drafted, signed and filed ones               | decisions on codes, reviews    |
| admin     | none                                         | nothing                        |

Grants are kept in :mod:`app.store.grants`. What is not about one encounter (accounts, audit, formats, holds) each route
asks a role for (:func:`require_role`).
"""

from enum import StrEnum
from typing import Final

from app.errors import NotAllowed, NotFound
from app.records import Encounter, User


class Right(StrEnum):
    """What one may want to do with an encounter."""

    READ = "read"
    WRITE = "write"
    CODE = "code"


CODER_STATES: Final = frozenset({"drafted", "signed", "filed"})
"""States in which a coder sees an encounter."""


def may(user: User, encounter: Encounter, right: Right) -> bool:
    """Whether the user has this right over this encounter."""
    if user.role == "clinician":
        return encounter.owner == user.id
    if user.role == "coder":
        return right is not Right.WRITE and encounter.state in CODER_STATES
    return False


def require(user: User, encounter: Encounter, right: Right) -> Encounter:
    """The encounter, when the user has the right.

    Raises :class:`NotFound` when the user may not even see it, :class:`NotAllowed` when only the right lacks.
    """
    if may(user, encounter, right):
        return encounter
    if may(user, encounter, Right.READ):
        raise NotAllowed("Your role may read this encounter, but not change this.", code="auth.role")
    raise NotFound("There is no such encounter.", code="not_found.encounter")


def require_role(user: User, *roles: str) -> None:
    """Raise :class:`NotAllowed` unless the user has one of the roles."""
    if user.role not in roles:
        raise NotAllowed("Your role does not allow this.", code="auth.role")
