"""What is kept how long, what a legal hold keeps longer, and deletion that leaves nothing behind.

Deleted pages are overwritten (``secure_delete``) and the log is emptied, so that not even whoever holds the master key
finds in the files what was deleted. A whole encounter loses its data key as well: copies of its sealed rows
elsewhere, in a replica or a copied page, can then not be opened by anyone. A backup keeps both until it is deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from sqlalchemy import Connection, Table, delete, exists, func, insert, select

from app.errors import Conflict, NotFound
from app.records import Hold
from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import SYSTEM, Part
from visit.ids import EncounterId, UserId

Kind = Literal["audio", "transcript", "encounter"]

TABLES: Final[dict[Kind, tuple[Table, ...]]] = {
    "audio": (schema.audio,),
    "transcript": (schema.turns, schema.transcripts, schema.findings),
    "encounter": tuple(
        table
        for table in reversed(schema.metadata.sorted_tables)
        if "encounter" in table.c and table.c.encounter.foreign_keys
    ),
}
"""What belongs to each kind; everything that names an encounter belongs to that."""

DAY_S: Final = 24 * 3600
BUSY: Final = ("recording", "finishing")
"""States in which an encounter is never deleted: somebody is speaking, or is about to be written down."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something whose time is over."""

    encounter: EncounterId
    kind: Kind


class Retention(Part):
    """Retention rules and legal holds."""

    def hold(self, actor: UserId, encounter: EncounterId, reason: str) -> None:
        """Keep an encounter whatever the rules say, until :meth:`release`. Holding it again renews the reason."""
        table = schema.holds
        with self._database.change() as connection:
            self._row(connection, encounter)
            sealed = self._seal(connection, Context(encounter, "hold"), reason.encode())
            connection.execute(delete(table).where(table.c.encounter == encounter))
            connection.execute(insert(table).values(encounter=encounter, by=actor, at=self._now(), reason=sealed))
            self._record(connection, actor, "hold.placed", f"encounter:{encounter}")

    def release(self, actor: UserId, encounter: EncounterId) -> None:
        """Let the rules apply again; raises :class:`NotFound` when the encounter is not held."""
        table = schema.holds
        with self._database.change() as connection:
            if not connection.execute(delete(table).where(table.c.encounter == encounter)).rowcount:
                raise NotFound("This encounter is not held.", code="not_found.hold")
            self._record(connection, actor, "hold.released", f"encounter:{encounter}")

    def holds(self) -> list[Hold]:
        """Every legal hold, oldest first."""
        with self._database.read() as connection:
            return [
                Hold(
                    EncounterId(row.encounter),
                    UserId(row.by),
                    datetime.fromtimestamp(row.at, UTC),
                    self._open(connection, Context(EncounterId(row.encounter), "hold"), row.reason).decode(),
                )
                for row in connection.execute(select(schema.holds).order_by(schema.holds.c.at))
            ]

    def due(self) -> list[Due]:
        """What the rules of the settings would delete now, whole encounters first."""
        settings = self._desk.settings
        with self._database.read() as connection:
            encounters = [Due(e, "encounter") for e in self._overdue(connection, settings.retention_encounter_days)]
            gone = {due.encounter for due in encounters}
            parts: list[Due] = []
            kinds: tuple[tuple[Kind, int | None], ...] = (
                ("audio", settings.retention_audio_days),
                ("transcript", settings.retention_transcript_days),
            )
            for kind, days in kinds:
                filed = self._filed_before(connection, days) if days is not None else ()
                parts += [Due(e, kind) for e in filed if e not in gone and self._has(connection, kind, e)]
        return encounters + parts

    def run_retention(self) -> list[Due]:
        """Delete what is due, each thing in a transaction of its own; return what was deleted."""
        done = self.due()
        for due in done:
            self.erase(SYSTEM, due.encounter, due.kind)
        self.forget_deleted()
        return done

    def forget_deleted(self) -> None:
        """Write the database's log back and empty it: what was deleted is then in no file any more."""
        self._database.forget_deleted()

    def erase(self, actor: UserId, encounter: EncounterId, kind: Kind) -> None:
        """Delete one kind of an encounter, or all of it with its key. What the audit log says of it stays.

        Raises :class:`Conflict` when it is held (``conflict.held``) or at work (``conflict.busy``).
        """
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            if row["state"] in BUSY:
                raise Conflict("This visit is at work.", code="conflict.busy")
            if connection.execute(select(schema.holds).where(schema.holds.c.encounter == encounter)).first():
                raise Conflict("A legal hold keeps this encounter.", code="conflict.held")
            if kind == "transcript":
                self._forget_events(connection, encounter, row["state"])
            for table in TABLES[kind]:
                connection.execute(delete(table).where(table.c.encounter == encounter))
            if kind == "encounter":
                connection.execute(delete(schema.encounters).where(schema.encounters.c.id == encounter))
                self._keys.pop(encounter, None)
            self._record(connection, actor, f"{kind}.erased", f"encounter:{encounter}")

    def _forget_events(self, connection: Connection, encounter: EncounterId, state: str) -> None:
        """Replace all events by one that only says where the visit stands, so that their numbers go on."""
        table = schema.events
        number = self._last_event(connection, encounter) + 1
        plain = codec.EVENT.dump_json({"type": "status", "state": state, "detail": None, "event": number})
        sealed = self._seal(connection, Context(encounter, "event", number), plain)
        connection.execute(delete(table).where(table.c.encounter == encounter))
        connection.execute(insert(table).values(encounter=encounter, number=number, sealed=sealed))

    def _overdue(self, connection: Connection, days: int | None) -> Iterator[EncounterId]:
        if days is None:
            return
        table, holds = schema.encounters, schema.holds
        query = (
            select(table.c.id)
            .where(table.c.created <= self._now() - days * DAY_S, table.c.state.not_in(BUSY))
            .where(~exists().where(holds.c.encounter == table.c.id))
            .order_by(table.c.created)
        )
        yield from (EncounterId(found) for found in connection.execute(query).scalars())

    def _filed_before(self, connection: Connection, days: int) -> Iterator[EncounterId]:
        table, holds, filed = schema.encounters, schema.holds, schema.submissions
        query = (
            select(table.c.id)
            .join_from(table, filed, filed.c.encounter == table.c.id)
            .where(table.c.state == "filed", filed.c.state == "filed")
            .where(~exists().where(holds.c.encounter == table.c.id))
            .group_by(table.c.id)
            .having(func.max(filed.c.at) <= self._now() - days * DAY_S)
            .order_by(table.c.id)
        )
        yield from (EncounterId(found) for found in connection.execute(query).scalars())

    def _has(self, connection: Connection, kind: Kind, encounter: EncounterId) -> bool:
        queries = (select(table.c.encounter).where(table.c.encounter == encounter).limit(1) for table in TABLES[kind])
        return any(connection.execute(query).first() is not None for query in queries)
