"""Every step of a review, in every state, by every kind of person."""

import itertools
from typing import get_args

import pytest

from app.coding.review import BY, LOCK_S, NEXT, Action, Actor, Review, ReviewState, step
from app.errors import Conflict, NotAllowed
from visit.ids import UserId

pytestmark = pytest.mark.unit

NOW = 1_000.0
FIRST, SECOND = UserId("first"), UserId("second")
PEOPLE = {
    "assignee": Actor(FIRST, "coder"),
    "other coder": Actor(SECOND, "coder"),
    "owner": Actor(UserId("ada"), "clinician", owner=True),
    "other clinician": Actor(UserId("eve"), "clinician"),
    "admin": Actor(UserId("root"), "admin"),
}


def standing(state: ReviewState) -> Review:
    """A review in a state as the first coder would meet it: held by them, coded by another in a second review."""
    held = state in ("coding", "queried", "checking")
    coder = {"waiting": None, "coding": FIRST, "queried": FIRST, "coded": FIRST}.get(state, UserId("third"))
    return Review(state, "routine", FIRST if held else None, coder, NOW + 60 if held else 0.0)


def allowed(review: Review, action: Action, who: str) -> type[Exception] | None:
    """What should come of a step, told from the tables alone."""
    if BY[action] == "owner":
        if who != "owner":
            return NotAllowed
    elif who not in ("assignee", "other coder"):
        return NotAllowed
    if (review.state, action) not in NEXT:
        return Conflict
    if review.assignee and who == "other coder" and BY[action] != "owner" and action != "reopen":
        return Conflict
    return None


CASES = list(itertools.product(get_args(ReviewState), get_args(Action), PEOPLE))


@pytest.mark.parametrize(("state", "action", "who"), CASES)
def test_every_step_by_everyone(state: ReviewState, action: Action, who: str) -> None:
    review = standing(state)
    wrong = allowed(review, action, who)
    if wrong is None and BY[action] == "assignee" and review.assignee is None:
        wrong = Conflict
    if wrong is not None:
        with pytest.raises(wrong):
            step(review, action, PEOPLE[who], NOW)
        return
    after = step(review, action, PEOPLE[who], NOW)
    assert after.state == NEXT[state, action]
    held = after.state in ("coding", "queried", "checking")
    assert (after.assignee is not None) is held
    assert (after.locked_until > NOW) is held


def test_a_lapsed_lock_gives_the_visit_to_who_claims_it() -> None:
    mine = step(Review(), "claim", PEOPLE["assignee"], NOW)
    with pytest.raises(Conflict, match="Another coder"):
        step(mine, "claim", PEOPLE["other coder"], NOW + LOCK_S - 1)
    theirs = step(mine, "claim", PEOPLE["other coder"], NOW + LOCK_S)
    assert (theirs.assignee, theirs.coder) == (SECOND, SECOND)
    with pytest.raises(Conflict):
        step(theirs, "finish", PEOPLE["assignee"], NOW + LOCK_S)


def test_a_second_review_is_by_someone_else_and_returns_to_the_first() -> None:
    review = step(step(Review(), "claim", PEOPLE["assignee"], NOW), "pass_on", PEOPLE["assignee"], NOW)
    with pytest.raises(NotAllowed, match="another coder"):
        step(review, "claim", PEOPLE["assignee"], NOW)
    checking = step(review, "claim", PEOPLE["other coder"], NOW)
    assert step(checking, "return", PEOPLE["other coder"], NOW).assignee == FIRST
    confirmed = step(checking, "confirm", PEOPLE["other coder"], NOW)
    assert (confirmed.state, confirmed.coder) == ("coded", FIRST)


def test_an_answer_gives_the_visit_back_to_who_asked() -> None:
    asked = step(step(Review(), "claim", PEOPLE["assignee"], NOW), "ask", PEOPLE["assignee"], NOW)
    answered = step(asked, "answer", PEOPLE["owner"], NOW + 99_999)
    assert (answered.state, answered.assignee) == ("coding", FIRST)
    assert answered.locked_until == NOW + 99_999 + LOCK_S
