"""What the store asks of a database, whichever it is."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection


class AnyDatabase(Protocol):
    """:class:`app.store.engine.Database` or :class:`app.store.postgres.Postgres`. Safe to use from any thread."""

    def change(self) -> AbstractContextManager[Connection]:
        """One transaction that writes; durable on return, undone on any error."""

    def read(self) -> AbstractContextManager[Connection]:
        """One consistent view of what is committed."""

    def translate(self, statement: str) -> str:
        """A statement of the migrations in this database's words."""

    def check(self) -> None:
        """Raise :class:`app.errors.Broken` when stored pages are damaged."""

    def forget_deleted(self) -> None:
        """Leave as little as possible of what was deleted."""

    def back_up(self, path: Path, key: bytes) -> None:
        """Copy everything that is committed into a new SQLite file of this key, while changes go on."""

    def rows_came(self, connection: Connection) -> None:
        """Rows were written with their numbers: count on after them."""

    def close(self) -> None:
        """Close every connection."""
