"""All rows of one database into another, whichever kinds they are: a backup of PostgreSQL, and its way back."""

from typing import Final

from sqlalchemy import func, insert, select

from app.errors import Conflict
from app.store import schema
from app.store.database import AnyDatabase

ROWS: Final = 500
"""Rows on their way at a time; a row holds a few kilobytes of sound at most."""


def copy_rows(source: AnyDatabase, target: AnyDatabase) -> None:
    """Copy one consistent view of ``source`` into ``target``, which has the tables and no rows, in one transaction.

    Raises :class:`Conflict` (``conflict.record``) when ``target`` holds a record already.
    """
    with source.read() as reading, target.change() as writing:
        for table in (schema.users, schema.audit):
            if writing.execute(select(func.count()).select_from(table)).scalar():
                raise Conflict("There is a record already.", code="conflict.record")
        for table in schema.metadata.sorted_tables:
            with reading.execution_options(yield_per=ROWS).execute(select(table)) as rows:
                for part in rows.mappings().partitions():
                    writing.execute(insert(table), [dict(row) for row in part])
        target.rows_came(writing)
