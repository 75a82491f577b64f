"""Second factors: an authenticator's secret for each account that set one up, wrapped like a data key."""

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from app.errors import Conflict, NotAuthenticated, NotFound
from app.records import User
from app.security import totp
from app.store import schema
from app.store.part import SYSTEM, Part
from visit.ids import UserId

_table = schema.second_factors


class Factors(Part):
    """Authenticators."""

    def begin_factor(self, user: User) -> bytes:
        """A new secret for the user's authenticator; it counts once :meth:`confirm_factor` has seen a code of it.

        Raises :class:`Conflict` when the account has a second factor: take that away first.
        """
        secret = totp.new_secret()
        with self._database.change() as connection:
            row = self._factor(connection, user.id)
            if row is not None and row["confirmed"]:
                raise Conflict("This account has a second factor already.", code="conflict.factor")
            connection.execute(delete(_table).where(_table.c.user == user.id))
            sealed = self._desk.wrapper.wrap(factor_context(user.id), secret)
            connection.execute(
                insert(_table).values(user=user.id, sealed=sealed, confirmed=0, counter=0, at=self._now())
            )
        return secret

    def confirm_factor(self, user: User, code: str) -> None:
        """Make the authenticator count from now on; raises :class:`NotAuthenticated` for a wrong code."""
        with self._database.change() as connection:
            row = self._factor(connection, user.id)
            if row is None or row["confirmed"]:
                raise Conflict("No second factor is being set up.", code="conflict.factor")
            self._use(connection, user.id, row, code)
            connection.execute(update(_table).where(_table.c.user == user.id).values(confirmed=1))
            self._record(connection, user.id, "user.factor_added", f"user:{user.id}")

    def has_factor(self, user: UserId) -> bool:
        """Whether signing in takes a code."""
        with self._database.read() as connection:
            row = self._factor(connection, user)
        return row is not None and bool(row["confirmed"])

    def remove_factor(self, user: UserId, *, actor: UserId = SYSTEM) -> None:
        """Take the second factor away, a lost telephone's for instance; raises :class:`NotFound` without one."""
        with self._database.change() as connection:
            if not connection.execute(delete(_table).where(_table.c.user == user)).rowcount:
                raise NotFound("This account has no second factor.", code="not_found.factor")
            self._record(connection, actor, "user.factor_removed", f"user:{user}")

    def check_factor(self, connection: Connection, user: UserId, code: str | None) -> bool:
        """Whether the code is right, or none is needed; part of signing in. A right code is used up.

        Raises :class:`NotAuthenticated` (``auth.factor``) when a code is needed and none was given.
        """
        row = self._factor(connection, user)
        if row is None or not row["confirmed"]:
            return True
        if not code:
            raise NotAuthenticated("Give the code of your authenticator.", code="auth.factor")
        try:
            self._use(connection, user, row, code)
        except NotAuthenticated:
            return False
        return True

    def _use(self, connection: Connection, user: UserId, row: RowMapping, code: str) -> None:
        secret = self._desk.wrapper.reveal(factor_context(user), row["sealed"])
        step = totp.matching_step(secret, code.replace(" ", ""), self._now(), row["counter"])
        if step is None:
            raise NotAuthenticated("The code is wrong or was used.", code="auth.code")
        connection.execute(update(_table).where(_table.c.user == user).values(counter=step))

    def _factor(self, connection: Connection, user: UserId) -> RowMapping | None:
        return connection.execute(select(_table).where(_table.c.user == user)).mappings().first()


def factor_context(user: UserId) -> str:
    """What an authenticator's secret is bound to."""
    return f"user {user}|authenticator"
