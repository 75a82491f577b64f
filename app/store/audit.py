"""The audit log: who did what to which thing, chained so that no entry can be changed unnoticed."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import RowMapping, select

from app.errors import Broken
from app.records import AuditEntry
from app.security import chain, checkpoints
from app.security.checkpoints import Checkpoint
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

    def verify_audit(self, points: Sequence[Checkpoint] = ()) -> tuple[int, str]:
        """Follow the whole chain and hold it against checkpoints; return the number and head of its end.

        Raises :class:`Broken` as :func:`app.security.checkpoints.verify` does.
        """
        number, head = checkpoints.verify(self.audit_chain(), points, self._desk.signer.public)
        return number, head.hex()

    def audit_end(self) -> tuple[int, str]:
        """The number and head of the newest entry."""
        table = schema.audit
        query = select(table.c.number, table.c.head).order_by(table.c.number.desc()).limit(1)
        with self._database.read() as connection:
            last = connection.execute(query).first()
        return (last.number, last.head) if last else (0, chain.GENESIS.hex())

    def checkpoint(self) -> Checkpoint:
        """A signed statement of where the chain stands, to be kept elsewhere (:mod:`app.security.checkpoints`)."""
        number, head = self.audit_end()
        at = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="seconds")
        return self._desk.signer.sign(number, head, at)

    def audit_chain(self, after: int = 0) -> Iterator[AuditEntry]:
        """Every entry after number ``after``, in order, read page by page."""
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
