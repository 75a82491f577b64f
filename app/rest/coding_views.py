"""What the coding routes answer, made from the record and from what the coder says of the note."""

from collections.abc import Sequence
from typing import get_args

from app.coding.agreement import Agreement
from app.coding.review import BY, NEXT, Action, Actor, Review, step
from app.errors import SidenoteError
from app.records import Encounter, User
from app.rest.context import Service
from app.rest.encounters import newest_note, summary
from app.store.reviews import Queued
from app.wire.coding import (
    AgreementRow,
    AuditedCodes,
    CodeProblemView,
    CodingView,
    HccView,
    HintView,
    LevelView,
    QueueItem,
    RemarkView,
    ReviewView,
)
from visit.codes import CodeSuggestion, Complexity
from visit.ids import UserId
from visit.notes import Note

_ORDER = list(Complexity)


def queue_item(here: Service, user: User, one: Queued, now: float) -> QueueItem:
    """A row of the queue."""
    codes = here.store.codes(one.encounter.id)
    return QueueItem(
        encounter=summary(one.encounter),
        review=_review(here, user, one.encounter, one.review, now),
        waiting_s=max(0, int(now - one.encounter.created.timestamp())),
        undecided=sum(c.decision == "suggested" and c.suggestion.accepted_tier for c in codes),
    )


def coding_view(here: Service, user: User, encounter: Encounter) -> CodingView:
    """Everything beside the note: review, remarks, open hints, visit level, problems of the accepted codes."""
    store, coder = here.store, here.parts.coder
    remarks = store.remarks(encounter.id)
    dismissed = {remark.text for remark in remarks if remark.kind == "hint"}
    note, kept = _note(here, encounter), _kept(here, encounter)
    accepted = [code.code for code in _accepted(here, encounter)]
    hints = coder.hints(note, kept) if note else ()
    return CodingView(
        review=_review(here, user, encounter, store.review(encounter.id), store.now()),
        remarks=[
            RemarkView(kind=r.kind, by=_name(here, r.by) or "unknown", at=r.at, text=r.text)
            for r in remarks
            if r.kind != "hint"
        ],
        hints=[HintView.model_validate(hint) for hint in hints if hint.id not in dismissed],
        level=LevelView.model_validate(coder.level(note, kept)) if note else None,
        problems=[CodeProblemView.model_validate(p) for p in coder.audit(accepted, note, encounter.chart)]
        if note and accepted
        else [],
        hccs=[HccView.model_validate(c) for c in coder.risk_categories(accepted)],
        release=coder.release,
    )


def audited(here: Service, encounter: Encounter, codes: Sequence[str], level: Complexity | None) -> AuditedCodes:
    """What is wrong with entered codes and an entered level."""
    note = _note(here, encounter) or Note(())
    documented = here.parts.coder.level(note, _kept(here, encounter))
    most = max((documented.level, documented.by_time or documented.level), key=_ORDER.index)
    apart = _ORDER.index(level) - _ORDER.index(most) if level else 0
    return AuditedCodes(
        problems=[CodeProblemView.model_validate(p) for p in here.parts.coder.audit(codes, note, encounter.chart)],
        level="over" if apart > 0 else "under" if apart < 0 else None,
        documented=most if apart else None,
    )


def agreement_row(row: Agreement) -> AgreementRow:
    """Counts with their rate."""
    return AgreementRow(
        key=row.key,
        decided=row.decided,
        accepted=row.accepted,
        changed=row.changed,
        rejected=row.rejected,
        added=row.added,
        rate=None if row.rate is None else round(row.rate, 4),
    )


def _review(here: Service, user: User, encounter: Encounter, review: Review, now: float) -> ReviewView:
    return ReviewView(
        state=review.state,
        priority=review.priority,
        assignee=_name(here, review.assignee),
        mine=review.assignee == user.id,
        locked=review.locked_against(user.id, now),
        actions=[action for action in get_args(Action) if _may(review, action, user, encounter, now)],
    )


def _may(review: Review, action: Action, user: User, encounter: Encounter, now: float) -> bool:
    if (review.state, action) not in NEXT or (action == "claim" and review.assignee == user.id):
        return False
    if BY[action] == "assignee" and review.assignee != user.id:
        return False
    try:
        step(review, action, Actor(user.id, user.role, owner=encounter.owner == user.id), now)
    except SidenoteError:
        return False
    return True


def _name(here: Service, user: UserId | None) -> str | None:
    return here.store.user(user).name if user is not None else None


def _note(here: Service, encounter: Encounter) -> Note | None:
    stored = newest_note(here, encounter)
    return stored.note if stored else None


def _kept(here: Service, encounter: Encounter) -> list[CodeSuggestion]:
    """The codes that stand: accepted ones, and good suggestions that nobody has refused."""
    return [
        c.suggestion
        for c in here.store.codes(encounter.id)
        if c.decision == "accepted" or c.decision == "suggested" and c.suggestion.accepted_tier
    ]


def _accepted(here: Service, encounter: Encounter) -> list[CodeSuggestion]:
    return [c.suggestion for c in here.store.codes(encounter.id) if c.decision == "accepted"]
