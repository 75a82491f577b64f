"""The review of one visit's codes as a state machine: a state, an action, who acts and when in; the next state out.

```
waiting --claim--> coding --finish--> coded --reopen--> waiting
                   coding --ask--> queried --answer, withdraw--> coding
                   coding --pass_on--> second_wanted --claim--> checking --confirm--> coded
                                                     checking --return--> coding (the first coder's)
```

It neither stores nor reads a clock. :mod:`app.store.reviews` keeps it and audits every step in the same transaction.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from app.errors import Conflict, NotAllowed
from app.wire.resources import Role
from visit.ids import UserId

ReviewState = Literal["waiting", "coding", "queried", "second_wanted", "checking", "coded"]
Action = Literal["claim", "release", "ask", "withdraw", "answer", "finish", "pass_on", "confirm", "return", "reopen"]
Priority = Literal["routine", "soon", "urgent"]

LOCK_S: Final = 30 * 60
"""How long a coder keeps a visit without touching it; afterwards another coder may claim it."""

NEXT: Final[dict[tuple[ReviewState, Action], ReviewState]] = {
    ("waiting", "claim"): "coding",
    ("coding", "claim"): "coding",
    ("coding", "release"): "waiting",
    ("coding", "ask"): "queried",
    ("coding", "finish"): "coded",
    ("coding", "pass_on"): "second_wanted",
    ("queried", "answer"): "coding",
    ("queried", "withdraw"): "coding",
    ("second_wanted", "claim"): "checking",
    ("checking", "claim"): "checking",
    ("checking", "release"): "second_wanted",
    ("checking", "confirm"): "coded",
    ("checking", "return"): "coding",
    ("coded", "reopen"): "waiting",
}
"""The state that follows each legal step."""

BY: Final[dict[Action, Literal["coder", "assignee", "owner"]]] = {
    "claim": "coder",
    "reopen": "coder",
    "answer": "owner",
    "release": "assignee",
    "ask": "assignee",
    "withdraw": "assignee",
    "finish": "assignee",
    "pass_on": "assignee",
    "confirm": "assignee",
    "return": "assignee",
}
"""Who may take each step: any coder, the coder who has the visit, or the clinician whose visit it is."""

WITH_TEXT: Final = frozenset({"ask", "answer", "return"})
"""Steps that say something to another person."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts; ``owner`` says whether it is the clinician of the visit."""

    id: UserId
    role: Role
    owner: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """Where the coding of a visit stands.

    ``assignee`` has it, alone until ``locked_until`` (seconds since 1970); ``coder`` is who coded it first, so that
    a second review is by someone else.
    """

    state: ReviewState = "waiting"
    priority: Priority = "routine"
    assignee: UserId | None = None
    coder: UserId | None = None
    locked_until: float = 0.0

    def locked_against(self, user: UserId, now: float) -> bool:
        """Whether another coder has it now."""
        return self.assignee is not None and self.assignee != user and now < self.locked_until


def step(review: Review, action: Action, actor: Actor, now: float) -> Review:
    """The review after ``action``.

    Raises :class:`NotAllowed` when the actor may not take it (``auth.role``), :class:`Conflict` when the state does
    not allow it (``conflict.review``) or another coder has the visit (``conflict.locked``).
    """
    _require(review, action, actor)
    state = NEXT.get((review.state, action))
    if state is None:
        raise Conflict(f"A review that is {review.state} cannot take this step.", code="conflict.review")
    if action == "claim":
        return _claimed(review, state, actor, now)
    if BY[action] == "assignee" and review.assignee != actor.id:
        raise Conflict("Another coder has this visit. Claim it first.", code="conflict.locked")
    if action in ("release", "pass_on"):
        return replace(review, state=state, assignee=None, locked_until=0.0)
    if action == "return":
        return replace(review, state=state, assignee=review.coder, locked_until=now + LOCK_S)
    if action in ("finish", "confirm"):
        return replace(review, state=state, assignee=None, locked_until=0.0, coder=review.coder or actor.id)
    if action == "reopen":
        return replace(review, state=state, assignee=None, coder=None, locked_until=0.0)
    return replace(review, state=state, locked_until=now + LOCK_S)


def _require(review: Review, action: Action, actor: Actor) -> None:
    wanted = "clinician" if BY[action] == "owner" else "coder"
    if actor.role != wanted or (wanted == "clinician" and not actor.owner):
        raise NotAllowed("Your role does not allow this.", code="auth.role")
    second = review.state in ("second_wanted", "checking")
    if action == "claim" and second and review.coder == actor.id:
        raise NotAllowed("A second review is by another coder.", code="auth.second_review")


def _claimed(review: Review, state: ReviewState, actor: Actor, now: float) -> Review:
    if review.locked_against(actor.id, now):
        raise Conflict("Another coder has this visit.", code="conflict.locked", until=int(review.locked_until))
    coder = actor.id if state == "coding" else review.coder
    return replace(review, state=state, assignee=actor.id, coder=coder, locked_until=now + LOCK_S)
