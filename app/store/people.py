"""Users, and what keeps guessing at their passwords slow."""

import secrets

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict, InvalidInput, NotAuthenticated, NotFound, TooMuch
from app.records import User
from app.security import passwords
from app.store import schema
from app.store.factors import Factors
from app.store.part import SYSTEM
from app.wire.resources import Role
from visit.ids import UserId

FREE_FAILURES = 5
"""Wrong passwords in a row before a user name must wait."""

FIRST_WAIT_S = 30
LONGEST_WAIT_S = 15 * 60
FORGET_S = 24 * 3600


class People(Factors):
    """Accounts."""

    def add_user(self, username: str, name: str, role: Role, password: str, *, actor: UserId = SYSTEM) -> User:
        """Create an account; raises :class:`Conflict` when the user name is taken."""
        if not username.strip() or not name.strip():
            raise InvalidInput("A user needs a user name and a name.", code="input.user")
        encoded = passwords.hash_password(password, username)
        user = User(UserId(secrets.token_hex(10)), username, name, role)
        try:
            with self._database.change() as connection:
                connection.execute(
                    insert(schema.users).values(
                        id=user.id,
                        username=username,
                        name=name,
                        role=role,
                        password=encoded,
                        disabled=0,
                        created=self._now(),
                    )
                )
                self._record(connection, actor, "user.added", f"user:{user.id}", role=role)
        except IntegrityError:
            raise Conflict("This user name is taken.", code="conflict.username") from None
        return user

    def users(self) -> list[User]:
        """Every account, disabled ones included, by user name."""
        with self._database.read() as connection:
            rows = connection.execute(select(schema.users).order_by(schema.users.c.username)).mappings().all()
        return [user_of(row) for row in rows]

    def user(self, user: UserId) -> User:
        """One account."""
        with self._database.read() as connection:
            row = connection.execute(select(schema.users).where(schema.users.c.id == user)).mappings().first()
        if row is None:
            raise NotFound("There is no such user.", code="not_found.user")
        return user_of(row)

    def disable_user(self, user: UserId, *, actor: UserId = SYSTEM) -> None:
        """Lock an account and end its sessions and tickets."""
        self.user(user)
        with self._database.change() as connection:
            connection.execute(update(schema.users).where(schema.users.c.id == user).values(disabled=1))
            for table in (schema.sessions, schema.tickets, schema.launches):
                connection.execute(delete(table).where(table.c.user == user))
            self._record(connection, actor, "user.disabled", f"user:{user}")

    def enable_user(self, user: UserId, *, actor: UserId = SYSTEM) -> None:
        """Let a locked account sign in again; raises :class:`Conflict` when it is not locked."""
        if not self.user(user).disabled:
            raise Conflict("This account is not locked.", code="conflict.enabled")
        with self._database.change() as connection:
            connection.execute(update(schema.users).where(schema.users.c.id == user).values(disabled=0))
            self._record(connection, actor, "user.enabled", f"user:{user}")

    def set_role(self, user: UserId, role: Role, *, actor: UserId = SYSTEM) -> None:
        """Give an account another role; its sessions, tickets and launches end, for they were another role's."""
        if self.user(user).role == role:
            return
        with self._database.change() as connection:
            connection.execute(update(schema.users).where(schema.users.c.id == user).values(role=role))
            for table in (schema.sessions, schema.tickets, schema.launches):
                connection.execute(delete(table).where(table.c.user == user))
            self._record(connection, actor, "user.role_changed", f"user:{user}", role=role)

    def set_password(self, user: UserId, password: str, *, actor: UserId = SYSTEM, keep_session: str = "") -> None:
        """Give an account a new password; its sessions end, but for the one with this id."""
        encoded = passwords.hash_password(password, self.user(user).username)
        sessions = schema.sessions
        with self._database.change() as connection:
            connection.execute(update(schema.users).where(schema.users.c.id == user).values(password=encoded))
            connection.execute(delete(sessions).where(sessions.c.user == user, sessions.c.hash != keep_session))
            connection.execute(delete(schema.tickets).where(schema.tickets.c.user == user))
            self._record(connection, actor, "user.password_set", f"user:{user}")

    def verify_password(self, username: str, password: str, code: str | None = None) -> User:
        """The user who has this password, and whose authenticator shows this code when there is one.

        Raises :class:`NotAuthenticated` without saying what was wrong, ``auth.factor`` when only the code lacks, and
        :class:`TooMuch` with ``retry_after_s`` once a user name, known or not, has failed too often.
        """
        who = self._desk.tokens.hashed("attempt", username.casefold())
        # Counted before it is checked: guesses sent at the same time all count.
        self._count_attempt(who)
        table = schema.users
        with self._database.read() as connection:
            row = connection.execute(select(table).where(table.c.username == username)).mappings().first()
        right = passwords.matches(row["password"] if row else None, password)
        with self._database.change() as connection:
            target = f"user:{row['id']}" if row else "user:unknown"
            right = right and row is not None and not row["disabled"]
            if row is not None and right and self.check_factor(connection, UserId(row["id"]), code):
                connection.execute(delete(schema.attempts).where(schema.attempts.c.who == who))
                self._record(connection, UserId(row["id"]), "user.signed_in", target)
                return user_of(row)
            self._record(connection, SYSTEM, "user.sign_in_failed", target)
        raise NotAuthenticated("The user name or the password is wrong.", code="auth.password")

    def _count_attempt(self, who: str) -> None:
        table, now = schema.attempts, self._now()
        with self._database.change() as connection:
            connection.execute(delete(table).where(table.c.until < now - FORGET_S))
            failures, until = _failures(connection, who)
            if now < until and failures >= FREE_FAILURES:
                raise TooMuch(
                    "Too many wrong passwords. Wait and try again.",
                    code="limit.sign_in",
                    retry_after_s=int(until - now) + 1,
                )
            wait = min(FIRST_WAIT_S * 2 ** min(failures + 1 - FREE_FAILURES, 10), LONGEST_WAIT_S)
            until = now + wait if failures + 1 >= FREE_FAILURES else now
            connection.execute(delete(table).where(table.c.who == who))
            connection.execute(insert(table).values(who=who, failures=failures + 1, until=until))


def user_of(row: RowMapping) -> User:
    """The user in a row of ``users``."""
    return User(UserId(row["id"]), row["username"], row["name"], row["role"], bool(row["disabled"]))


def _failures(connection: Connection, who: str) -> tuple[int, float]:
    table = schema.attempts
    row = connection.execute(select(table.c.failures, table.c.until).where(table.c.who == who)).first()
    return (row.failures, row.until) if row else (0, 0.0)
