"""Signed-in sessions, and the tickets that let one WebSocket in. Only hashes of either are stored."""

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from app.errors import NotAuthenticated
from app.records import Session, Ticket, User, Via
from app.store import schema
from app.store.part import Part
from app.store.people import user_of
from visit.ids import EncounterId, UserId

TOUCH_S = 15
"""A session's last use is written at most this often, not with every request."""


class Sessions(Part):
    """Sessions and tickets."""

    def create_session(self, user: User, via: Via = "password") -> tuple[str, str]:
        """Sign a user in; return the session token, for the cookie, and the CSRF token, for the page."""
        token, now = self._desk.tokens.new(), self._now()
        with self._database.change() as connection:
            self._forget_expired(connection, now)
            connection.execute(
                insert(schema.sessions).values(
                    hash=self._hash(token), user=user.id, created=now, seen=now, via=via, launched=0
                )
            )
            self._record(connection, user.id, "session.started", f"user:{user.id}", via=via)
        return token, self._desk.tokens.csrf(token)

    def session(self, token: str) -> Session:
        """The session of a token, which counts as a use of it; raises :class:`NotAuthenticated`."""
        session = self._hash(token)
        row = self._alive(session)
        user = user_of(row)
        left = min(row["created"] + self._desk.settings.session_max_s, self._now() + self._desk.settings.session_idle_s)
        return Session(
            session, user, self._desk.tokens.csrf(token), int(left - self._now()), row["via"], bool(row["launched"])
        )

    def mark_launched(self, session: str) -> None:
        """Remember that a session came from a chart: whatever it changes must then name the chart."""
        table = schema.sessions
        with self._database.change() as connection:
            connection.execute(update(table).where(table.c.hash == session).values(launched=1))

    def end_session(self, token: str) -> None:
        """Sign out; a token that is no session's is none of our business."""
        table, hashed = schema.sessions, self._hash(token)
        with self._database.change() as connection:
            user = connection.execute(select(table.c.user).where(table.c.hash == hashed)).scalar()
            if user is not None:
                connection.execute(delete(schema.tickets).where(schema.tickets.c.session == hashed))
                connection.execute(delete(table).where(table.c.hash == hashed))
                self._record(connection, UserId(user), "session.ended", f"user:{user}")

    def end_all_sessions(self) -> None:
        """Sign everybody out, let no ticket in, and forget every launch."""
        with self._database.change() as connection:
            for table in (schema.tickets, schema.sessions, schema.launches):
                connection.execute(delete(table))

    def session_alive(self, session: str, touch: bool = True) -> bool:
        """Whether the session that a :class:`Ticket` names still stands; with ``touch`` asking is a use of it."""
        try:
            self._alive(session, touch)
        except NotAuthenticated:
            return False
        return True

    def create_ticket(
        self, user: UserId, encounter: EncounterId, origin: str, *, session_token: str | None = None
    ) -> str:
        """A ticket for one connection to one encounter from one origin, valid for ``settings.ticket_s``."""
        ticket, now = self._desk.tokens.new(), self._now()
        with self._database.change() as connection:
            connection.execute(delete(schema.tickets).where(schema.tickets.c.expires <= now))
            connection.execute(
                insert(schema.tickets).values(
                    hash=self._desk.tokens.hashed("ticket", ticket),
                    user=user,
                    encounter=encounter,
                    origin=origin,
                    session=self._hash(session_token) if session_token else None,
                    expires=now + self._desk.settings.ticket_s,
                )
            )
            self._record(connection, user, "ticket.created", f"encounter:{encounter}")
        return ticket

    def redeem_ticket(self, ticket: str, origin: str) -> Ticket:
        """Use a ticket up; raises :class:`NotAuthenticated` when it is used, expired or another origin's.

        A ticket shown from a wrong origin is used up as well.
        """
        table, now = schema.tickets, self._now()
        with self._database.change() as connection:
            hashed = self._desk.tokens.hashed("ticket", ticket)
            row = connection.execute(select(table).where(table.c.hash == hashed)).mappings().first()
            if row is not None:
                connection.execute(delete(table).where(table.c.hash == hashed))
                good = row["expires"] > now and row["origin"] == origin
                action = "ticket.redeemed" if good else "ticket.refused"
                self._record(connection, UserId(row["user"]), action, f"encounter:{row['encounter']}")
                if good:
                    return Ticket(UserId(row["user"]), EncounterId(row["encounter"]), row["session"])
        raise NotAuthenticated("The ticket is unknown, used or expired. Ask for a new one.", code="auth.ticket")

    def _alive(self, hashed: str, touch: bool = True) -> RowMapping:
        """The session's row joined with its user's; with ``touch``, writes down that it was used."""
        table, now, settings = schema.sessions, self._now(), self._desk.settings
        query = (
            select(table.c.created, table.c.seen, table.c.via, table.c.launched, schema.users)
            .join(schema.users)
            .where(table.c.hash == hashed)
        )
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None or row["disabled"]:
            raise NotAuthenticated("Sign in first.")
        if now >= row["seen"] + settings.session_idle_s or now >= row["created"] + settings.session_max_s:
            with self._database.change() as connection:
                connection.execute(delete(table).where(table.c.hash == hashed))
                self._record(connection, UserId(row["id"]), "session.expired", f"user:{row['id']}")
            raise NotAuthenticated("You were signed out. Sign in again.", code="auth.expired")
        if touch and now >= row["seen"] + min(TOUCH_S, settings.session_idle_s / 4):
            with self._database.change() as connection:
                connection.execute(update(table).where(table.c.hash == hashed).values(seen=now))
        return row

    def _forget_expired(self, connection: Connection, now: float) -> None:
        table, settings = schema.sessions, self._desk.settings
        idle, over = now - settings.session_idle_s, now - settings.session_max_s
        connection.execute(delete(table).where((table.c.seen <= idle) | (table.c.created <= over)))

    def _hash(self, token: str) -> str:
        return self._desk.tokens.hashed("session", token)
