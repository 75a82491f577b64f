"""Events of an encounter, numbered without a gap, for pages that come back and for servers that restart."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import Part
from visit.ids import EncounterId


class Events(Part):
    """Events for replay. A change that pages show keeps its event in its own transaction; these come by themselves."""

    def append_event(self, encounter: EncounterId, message: Mapping[str, Any]) -> int:
        """Keep a message as the next event; return its number, which is stored in the message as ``event``."""
        with self._database.change() as connection:
            return self._add_event(connection, encounter, message)

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
            return self._last_event(connection, encounter)
