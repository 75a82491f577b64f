"""Reviews of codes: where the coding of each visit stands, and what its people said to each other about it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import Connection, case, delete, func, insert, select

from app.coding.review import WITH_TEXT, Action, Actor, Priority, Review, step
from app.errors import Conflict, InvalidInput, NotFound
from app.records import Encounter, User
from app.security.access import CODER_STATES
from app.security.envelope import Context
from app.store import schema
from app.store.codes import Codes
from app.store.encounters import LISTED, Encounters
from app.store.part import newest
from visit.ids import EncounterId, UserId

RemarkKind = Literal["query", "answer", "return", "hint"]
_KIND: Final[dict[Action, RemarkKind]] = {"ask": "query", "answer": "answer", "return": "return"}
_RANK: Final[dict[Priority, int]] = {"urgent": 0, "soon": 1, "routine": 2}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said about a visit's coding; ``hint`` is the id of a hint that was dismissed."""

    kind: RemarkKind
    by: UserId
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the queue: the encounter and where its review stands."""

    encounter: Encounter
    review: Review


class Reviews(Codes, Encounters):
    """The coders' queue. Needs the codes: a review cannot be finished while suggestions wait for a decision."""

    def review(self, encounter: EncounterId) -> Review:
        """Where the review stands; one that nobody touched is waiting."""
        with self._database.read() as connection:
            self._row(connection, encounter)
            return self._review(connection, encounter)

    def reviewed_at(self, encounter: EncounterId) -> datetime:
        """When the review last moved; raises :class:`NotFound` when nobody touched it."""
        table = schema.reviews
        with self._database.read() as connection:
            at = connection.execute(select(table.c.at).where(table.c.encounter == encounter)).scalar()
        if at is None:
            raise NotFound("Nobody has coded this visit.", code="not_found.review")
        return datetime.fromtimestamp(at, UTC)

    def now(self) -> float:
        """The store's clock, which locks are measured by."""
        return self._now()

    def remarks(self, encounter: EncounterId) -> tuple[Remark, ...]:
        """What was said, oldest first."""
        table = schema.remarks
        query = select(table).where(table.c.encounter == encounter).order_by(table.c.number)
        with self._database.read() as connection:
            self._row(connection, encounter)
            return tuple(
                Remark(
                    row.kind,
                    UserId(row.by),
                    datetime.fromtimestamp(row.at, UTC),
                    self._open(connection, Context(encounter, "remark", version=row.number), row.sealed).decode(),
                )
                for row in connection.execute(query).all()
            )

    def move_review(self, user: User, encounter: EncounterId, action: Action, text: str | None = None) -> Review:
        """Take one step; the step, its text and its audit entry are one transaction.

        Raises what :func:`app.coding.review.step` raises; :class:`InvalidInput` (``input.text``) when a step that
        says something comes without text; :class:`Conflict` when finishing an unsigned note (``conflict.unsigned``)
        or one with undecided suggestions (``conflict.undecided``).
        """
        if (action in WITH_TEXT) != bool(text and text.strip()):
            message = "This step takes no text." if text else "Say what you ask, answer or want changed."
            raise InvalidInput(message, code="input.text")
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            actor = Actor(user.id, user.role, owner=row["owner"] == user.id)
            after = step(self._review(connection, encounter), action, actor, self._now())
            if row["state"] not in CODER_STATES:
                raise Conflict("There is no finished draft to code.", state=row["state"])
            if action in ("finish", "pass_on", "confirm"):
                self._require_decided(connection, encounter, row["state"])
            self._save_review(connection, encounter, after)
            if text is not None:
                self._say(connection, encounter, user.id, _KIND[action], text.strip())
            self._record(connection, user.id, f"review.{action}", f"encounter:{encounter}", state=after.state)
        return after

    def prioritise(self, user: User, encounter: EncounterId, priority: Priority) -> Review:
        """Move a visit up or down the queue."""
        with self._database.change() as connection:
            self._row(connection, encounter)
            before = self._review(connection, encounter)
            after = Review(before.state, priority, before.assignee, before.coder, before.locked_until)
            self._save_review(connection, encounter, after)
            self._record(connection, user.id, "review.prioritised", f"encounter:{encounter}", priority=priority)
        return after

    def dismiss_hint(self, user: User, encounter: EncounterId, hint: str) -> None:
        """Keep a hint from being shown for this visit again."""
        with self._database.change() as connection:
            self._row(connection, encounter)
            self._say(connection, encounter, user.id, "hint", hint)
            self._record(connection, user.id, "hint.dismissed", f"encounter:{encounter}")

    def queue(self) -> list[Queued]:
        """Visits that can be coded and are not yet, most urgent first, then longest waiting."""
        table, reviews = schema.encounters, schema.reviews
        rank = case(_RANK, value=func.coalesce(reviews.c.priority, "routine"))
        query = (
            select(table, reviews.c.state.label("review_state"))
            .join(reviews, reviews.c.encounter == table.c.id, isouter=True)
            .where(table.c.state.in_(sorted(CODER_STATES)), func.coalesce(reviews.c.state, "waiting") != "coded")
            .order_by(rank, table.c.created, table.c.id)
            .limit(LISTED)
        )
        with self._database.read() as connection:
            return [
                Queued(self._encounter(connection, row), self._review(connection, EncounterId(row["id"])))
                for row in connection.execute(query).mappings().all()
            ]

    def _review(self, connection: Connection, encounter: EncounterId) -> Review:
        table = schema.reviews
        row = connection.execute(select(table).where(table.c.encounter == encounter)).first()
        if row is None:
            return Review()
        return Review(row.state, row.priority, row.assignee, row.coder, row.locked_until)

    def _save_review(self, connection: Connection, encounter: EncounterId, review: Review) -> None:
        table = schema.reviews
        connection.execute(delete(table).where(table.c.encounter == encounter))
        connection.execute(
            insert(table).values(
                encounter=encounter,
                state=review.state,
                priority=review.priority,
                assignee=review.assignee,
                coder=review.coder,
                locked_until=review.locked_until,
                at=self._now(),
            )
        )

    def _say(self, connection: Connection, encounter: EncounterId, by: UserId, kind: RemarkKind, text: str) -> None:
        table = schema.remarks
        number = newest(connection, select(func.max(table.c.number)).where(table.c.encounter == encounter)) + 1
        sealed = self._seal(connection, Context(encounter, "remark", version=number), text.encode())
        connection.execute(
            insert(table).values(encounter=encounter, number=number, kind=kind, by=by, at=self._now(), sealed=sealed)
        )

    def _require_decided(self, connection: Connection, encounter: EncounterId, state: str) -> None:
        if state not in ("signed", "filed"):
            raise Conflict("The note is not signed yet.", code="conflict.unsigned")
        open_codes = [
            c for c in self._codes(connection, encounter) if c.decision == "suggested" and c.suggestion.accepted_tier
        ]
        if open_codes:
            raise Conflict("Decide about every suggested code first.", code="conflict.undecided", open=len(open_codes))
