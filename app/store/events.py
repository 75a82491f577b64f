"""Events of an encounter, numbered without a gap, for pages that come back and for servers that restart."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import Part
from visit.ids import EncounterId

_NEWEST = select(func.max(schema.events.c.number)).where(schema.events.c.encounter == bindparam("encounter"))
_ADD = insert(schema.events)


class Events(Part):
    """Events for replay."""

    def append_event(self, encounter: EncounterId, message: Mapping[str, Any]) -> int:
        """Keep a message as the next event; return its number, which is stored in the message as ``event``."""
        with self._database.change() as connection:
            number = (connection.execute(_NEWEST, {"encounter": encounter}).scalar() or 0) + 1
            plain = codec.EVENT.dump_json({**message, "event": number})
            sealed = self._seal(connection, Context(encounter, "event", number), plain)
            connection.execute(_ADD, {"encounter": encounter, "number": number, "sealed": sealed})
        return number

    def events(self, encounter: EncounterId, after: int = 0) -> list[dict[str, Any]]:
        """The messages after event number ``after``, in order."""
        table = schema.events
        query = select(table).where(table.c.encounter == encounter, table.c.number > after).order_by(table.c.number)
        with self._database.read() as connection:
            self._row(connection, encounter)
            return [
                dict(
                    codec.EVENT.validate_json(
                        self._open(connection, Context(encounter, "event", row.number), row.sealed)
                    )
                )
                for row in connection.execute(query)
            ]

    def last_event(self, encounter: EncounterId) -> int:
        """The number of the newest event, 0 when there is none."""
        with self._database.read() as connection:
            self._row(connection, encounter)
            return connection.execute(_NEWEST, {"encounter": encounter}).scalar() or 0
