"""Emergency access ("break glass"): a clinician reads another's encounter, for a stated reason and a short time."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from app.errors import NotAllowed, NotFound, SidenoteError
from app.records import Encounter, Grant, User
from app.security.access import Right, may, require
from app.security.envelope import Context
from app.store import schema
from app.store.encounters import Encounters
from app.store.people import user_of
from visit.ids import EncounterId, UserId


class Grants(Encounters):
    """Who may do what to an encounter, grants included."""

    def allow(self, user: User, encounter: Encounter, right: Right) -> Encounter:
        """The encounter, when the user has the right by role or by a grant; a refusal is audited.

        Raises :class:`NotFound` or :class:`NotAllowed` as :func:`app.security.access.require` does.
        """
        try:
            return require(user, encounter, right)
        except SidenoteError:
            if right is Right.READ and self.granted(user.id, encounter.id):
                self.audit_grant(user.id, encounter.id)
                return encounter
            with self._database.change() as connection:
                self._record(connection, user.id, "access.refused", f"encounter:{encounter.id}", right=right)
            raise

    def may_read(self, user: UserId, encounter: EncounterId) -> bool:
        """Whether somebody who was let in may stay; writes nothing down."""
        table = schema.users
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.id == user)).mappings().first()
        if row is None:
            return False
        return may(user_of(row), self.encounter(encounter), Right.READ) or self.granted(user, encounter)

    def audit_grant(self, user: UserId, encounter: EncounterId) -> None:
        """Flag a use of emergency access."""
        with self._database.change() as connection:
            self._record(connection, user, "access.emergency", f"encounter:{encounter}")

    def break_glass(self, user: User, ehr_encounter_id: str, reason: str) -> Grant:
        """Let a clinician read an encounter that is not theirs for ``settings.break_glass_s``.

        Raises :class:`NotFound` when it was never opened, :class:`NotAllowed` for anyone but a clinician.
        """
        if user.role != "clinician" or user.disabled:
            raise NotAllowed("Only clinicians may use emergency access.", code="auth.role")
        found = self.opened([ehr_encounter_id]).get(ehr_encounter_id)
        if found is None:
            raise NotFound("There is no such encounter.", code="not_found.encounter")
        encounter, now = found[0], self._now()
        until = now + self._desk.settings.break_glass_s
        with self._database.change() as connection:
            sealed = self._seal(connection, Context(encounter, "grant"), reason.encode())
            connection.execute(
                insert(schema.grants).values(encounter=encounter, user=user.id, at=now, until=until, reason=sealed)
            )
            self._record(connection, user.id, "access.broke_glass", f"encounter:{encounter}", until=int(until))
        return Grant(encounter, user.id, datetime.fromtimestamp(now, UTC), datetime.fromtimestamp(until, UTC), reason)

    def granted(self, user: UserId, encounter: EncounterId) -> bool:
        """Whether the user has emergency access now."""
        return self.granted_until(user, encounter) is not None

    def granted_until(self, user: UserId, encounter: EncounterId) -> datetime | None:
        """When the user's emergency access ends; None without one."""
        table, now = schema.grants, self._now()
        query = select(table.c.until).where(
            table.c.encounter == encounter, table.c.user == user, table.c.at <= now, table.c.until > now
        )
        with self._database.read() as connection:
            until = connection.execute(query.order_by(table.c.until.desc()).limit(1)).scalar()
        return None if until is None else datetime.fromtimestamp(until, UTC)

    def grants(self) -> list[Grant]:
        """Every emergency access there was, newest first, for whoever reviews them."""
        with self._database.read() as connection:
            return [
                Grant(
                    EncounterId(row.encounter),
                    UserId(row.user),
                    datetime.fromtimestamp(row.at, UTC),
                    datetime.fromtimestamp(row.until, UTC),
                    self._open(connection, Context(EncounterId(row.encounter), "grant"), row.reason).decode(),
                )
                for row in connection.execute(select(schema.grants).order_by(schema.grants.c.at.desc()))
            ]
