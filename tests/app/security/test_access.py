"""Who may do what."""

from datetime import UTC, datetime
from itertools import product
from typing import get_args

import pytest

from app.errors import NotAllowed, NotFound
from app.records import Encounter, User
from app.security.access import Right, may, require, require_role
from app.wire.resources import EncounterState
from visit.charts import Chart
from visit.ids import EncounterId, UserId

pytestmark = pytest.mark.unit

STATES = get_args(EncounterState)
FINISHED = {"drafted", "signed", "filed"}


def user(role: str, name: str = "u1") -> User:
    return User(UserId(name), name, name, role)  # type: ignore[arg-type]


def encounter(state: str, owner: str = "u1") -> Encounter:
    at = datetime.now(UTC)
    return Encounter(EncounterId("e"), state, "ehr", UserId(owner), Chart(), "soap", at)  # type: ignore[arg-type]


def test_clinicians_have_every_right_over_their_own_and_none_over_others() -> None:
    for state, right in product(STATES, Right):
        assert may(user("clinician"), encounter(state), right)
        assert not may(user("clinician"), encounter(state, "u2"), right)


def test_coders_read_and_code_what_is_finished() -> None:
    for state, right in product(STATES, Right):
        expected = state in FINISHED and right is not Right.WRITE
        assert may(user("coder"), encounter(state, "u2"), right) is expected
        assert may(user("coder"), encounter(state, "u1"), right) is expected


def test_administrators_and_unknown_roles_have_none() -> None:
    for role, state, right in product(("admin", "unheard of"), STATES, Right):
        assert not may(user(role), encounter(state), right)


def test_what_one_may_not_see_is_not_there() -> None:
    with pytest.raises(NotFound):
        require(user("admin"), encounter("drafted"), Right.READ)
    with pytest.raises(NotFound):
        require(user("coder"), encounter("open"), Right.WRITE)
    with pytest.raises(NotAllowed):
        require(user("coder"), encounter("drafted"), Right.WRITE)
    assert require(user("clinician"), encounter("open"), Right.WRITE).id == "e"


def test_roles() -> None:
    require_role(user("admin"), "admin", "coder")
    with pytest.raises(NotAllowed):
        require_role(user("clinician"), "admin", "coder")
