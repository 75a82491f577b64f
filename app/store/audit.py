"""The audit log: who did what to which thing, chained so that no entry can be changed unnoticed."""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import RowMapping, select

from app.errors import Broken
from app.records import AuditEntry
from app.security import chain
from app.store import schema
from app.store.part import Part
from visit.ids import UserId

PAGE = 1000


class Audit(Part):
    """Audit entries."""

    def audit(self, actor: UserId, action: str, target: str, **ids: object) -> None:
        """Note something that changed nothing, such as a look at a chart. ``ids`` are ids and codes, never PHI."""
        with self._database.change() as connection:
            self._record(connection, actor, action, target, **ids)

    def audit_entries(self, *, after: int = 0, limit: int = PAGE, target: str | None = None) -> list[AuditEntry]:
        """Entries in order after number ``after``, of one target when it is given."""
        table = schema.audit
        query = select(table).where(table.c.number > after).order_by(table.c.number).limit(limit)
        if target is not None:
            query = query.where(table.c.target == target)
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [_entry(row) for row in rows]

    def verify_audit(self) -> tuple[int, str]:
        """Follow the whole chain; return the number and head of its end, to be noted elsewhere.

        Raises :class:`Broken` (``broken.audit``) where an entry was changed, removed or moved.
        """
        number, head = chain.verify(self._chain())
        return number, head.hex()

    def _chain(self) -> Iterator[AuditEntry]:
        after = 0
        while entries := self.audit_entries(after=after):
            yield from entries
            after = entries[-1].number


def _entry(row: RowMapping) -> AuditEntry:
    try:
        return AuditEntry(
            number=row["number"],
            at=datetime.fromisoformat(row["at"]),
            actor=row["actor"],
            action=row["action"],
            target=row["target"],
            ids=json.loads(row["ids"]),
            head=row["head"],
        )
    except ValueError:
        raise Broken("The audit chain is broken.", code="broken.audit", number=row["number"]) from None
