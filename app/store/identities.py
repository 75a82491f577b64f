"""Whom an identity provider means: each of its subjects is one account, and stays that account.

A claim such as ``preferred_username`` finds the account at the first sign-in only. From then on the subject decides,
which a provider never gives to anybody else (OpenID Connect Core 1.0, 5.7); names and addresses it may.
"""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from app.errors import NotAllowed, NotFound
from app.records import User
from app.store import schema
from app.store.part import SYSTEM
from app.store.people import People, user_of
from app.wire.resources import Role
from visit.ids import UserId

_table = schema.identities


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to an identity provider; ``role`` where the provider decides about roles."""

    issuer: str
    subject: str
    username: str
    name: str
    role: Role | None = None


class Identities(People):
    """Accounts and the identities that are theirs elsewhere."""

    def identified(self, identity: Identity, *, provision: bool = False) -> User:
        """The account of an identity, linked at its first sign-in, or made then with ``provision``.

        The account takes the identity's role. Raises :class:`NotAllowed` (``auth.oidc_user``) when there is no
        account, when it is locked, or when it is another subject's.
        """
        if provision and identity.role and not self._known(identity):
            self.add_user(identity.username, identity.name, identity.role, secrets.token_urlsafe(32))
        with self._database.change() as connection:
            user = self._linked(connection, identity) or self._link(connection, identity)
            if user is None or user.disabled:
                self._record(connection, SYSTEM, "user.sign_in_failed", f"user:{user.id if user else 'unknown'}")
            else:
                user = self._follow(connection, user, identity)
                self._record(connection, user.id, "user.signed_in", f"user:{user.id}", via="oidc")
        if user is None or user.disabled:
            raise NotAllowed("No Sidenote account is yours. Ask an administrator.", code="auth.oidc_user")
        return user

    def linked(self) -> set[UserId]:
        """Accounts that an identity elsewhere belongs to."""
        with self._database.read() as connection:
            return {UserId(user) for user in connection.execute(select(_table.c.user)).scalars()}

    def unlink(self, user: UserId, *, actor: UserId = SYSTEM) -> None:
        """Let the next identity with the account's name have it; raises :class:`NotFound` when none has it."""
        with self._database.change() as connection:
            if not connection.execute(delete(_table).where(_table.c.user == user)).rowcount:
                raise NotFound("No identity is linked with this account.", code="not_found.identity")
            for table in (schema.sessions, schema.tickets):
                connection.execute(delete(table).where(table.c.user == user))
            self._record(connection, actor, "user.unlinked", f"user:{user}")

    def _known(self, identity: Identity) -> bool:
        with self._database.read() as connection:
            return bool(self._linked(connection, identity) or self._named(connection, identity.username))

    def _linked(self, connection: Connection, identity: Identity) -> User | None:
        query = (
            select(schema.users)
            .join(_table)
            .where(_table.c.issuer == identity.issuer, _table.c.subject == identity.subject)
        )
        row = connection.execute(query).mappings().first()
        return user_of(row) if row else None

    def _named(self, connection: Connection, username: str) -> User | None:
        row = connection.execute(select(schema.users).where(schema.users.c.username == username)).mappings().first()
        return user_of(row) if row else None

    def _link(self, connection: Connection, identity: Identity) -> User | None:
        """The account of that name, unless it is another subject's already."""
        user = self._named(connection, identity.username)
        if user is None or user.disabled:
            return user
        taken = select(_table.c.subject).where(_table.c.issuer == identity.issuer, _table.c.user == user.id)
        if connection.execute(taken).first() is not None:
            return None
        connection.execute(
            insert(_table).values(issuer=identity.issuer, subject=identity.subject, user=user.id, at=self._now())
        )
        self._record(connection, user.id, "user.linked", f"user:{user.id}")
        return user

    def _follow(self, connection: Connection, user: User, identity: Identity) -> User:
        """Give the account the role that its identity has."""
        if identity.role is None or identity.role == user.role:
            return user
        table = schema.users
        connection.execute(update(table).where(table.c.id == user.id).values(role=identity.role))
        for ended in (schema.sessions, schema.tickets):
            connection.execute(delete(ended).where(ended.c.user == user.id))
        self._record(connection, SYSTEM, "user.role_changed", f"user:{user.id}", role=identity.role)
        row = connection.execute(select(table).where(table.c.id == user.id)).mappings().one()
        return user_of(row)
