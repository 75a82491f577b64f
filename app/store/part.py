"""What every part of the store shares: database, keys, clock, sealing, and the audit entry and event of a change."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, select, update

from app.errors import NotFound
from app.records import AuditEntry
from app.security import chain
from app.security.blind import BlindIndex
from app.security.checkpoints import Signer
from app.security.envelope import Context, DataKey, Wrapper
from app.security.tokens import Tokens
from app.settings import Settings
from app.store import codec, schema
from app.store.database import AnyDatabase
from app.wire.messages import Event, Status
from app.wire.resources import EncounterState
from visit.ids import EncounterId, UserId

SYSTEM = UserId("system")
"""The actor of what no person did."""

CACHED_KEYS = 4096

# To build a statement costs more than to run it; what every change needs is built once.
_ROW = select(schema.encounters).where(schema.encounters.c.id == bindparam("encounter"))
_LAST_ENTRY = select(schema.audit.c.number, schema.audit.c.head).order_by(schema.audit.c.number.desc()).limit(1)
_ADD_ENTRY = insert(schema.audit)
_LAST_EVENT = select(func.max(schema.events.c.number)).where(schema.events.c.encounter == bindparam("encounter"))
_ADD_EVENT = insert(schema.events)


@dataclass(frozen=True, slots=True, repr=False)
class Desk:
    """What the parts work with. ``clock`` gives seconds since 1970."""

    settings: Settings
    database: AnyDatabase
    wrapper: Wrapper
    tokens: Tokens
    signer: Signer
    index: BlindIndex
    clock: Callable[[], float]


class Part:
    """The base of the store's parts. Safe to call from any thread."""

    def __init__(self, desk: Desk) -> None:
        """Parts share one desk."""
        self._desk = desk
        self._database = desk.database
        self._keys: dict[EncounterId, DataKey] = {}

    def _now(self) -> float:
        return self._desk.clock()

    def _row(self, connection: Connection, encounter: EncounterId) -> RowMapping:
        """The encounter's row, or :class:`NotFound`."""
        row = connection.execute(_ROW, {"encounter": encounter}).mappings().first()
        if row is None:
            raise NotFound("There is no such encounter.", code="not_found.encounter")
        return row

    def _seal(self, connection: Connection, context: Context, plain: bytes) -> bytes:
        return self._key(connection, context.encounter).seal(context, plain)

    def _open(self, connection: Connection, context: Context, sealed: bytes) -> bytes:
        return self._key(connection, context.encounter).open(context, sealed)

    def _key(self, connection: Connection, encounter: EncounterId) -> DataKey:
        key = self._keys.get(encounter)
        if key is None:
            table = schema.data_keys
            wrapped = connection.execute(select(table.c.wrapped).where(table.c.encounter == encounter)).scalar()
            if wrapped is None:
                raise NotFound("There is no such encounter.", code="not_found.encounter")
            key = self._desk.wrapper.unwrap(encounter, wrapped)
            if len(self._keys) >= CACHED_KEYS:
                self._keys.clear()
            self._keys[encounter] = key
        return key

    def _move(
        self, connection: Connection, actor: UserId, row: RowMapping, state: EncounterState, problem: str | None
    ) -> None:
        """Write a state that was found legal, and tell it, unless nothing changes."""
        if (row["state"], row["problem"]) == (state, problem):
            return
        table = schema.encounters
        connection.execute(update(table).where(table.c.id == row["id"]).values(state=state, problem=problem))
        self._record(connection, actor, f"encounter.{state}", f"encounter:{row['id']}", problem=problem)
        detail = problem or ("no_speech" if state == "no_speech" else None)
        self._tell(connection, EncounterId(row["id"]), Status(state=state, detail=detail))

    def _tell(self, connection: Connection, encounter: EncounterId, event: Event) -> None:
        """Add what pages are to be told of a change to the transaction of that change."""
        self._add_event(connection, encounter, event.model_dump(mode="json"))

    def _add_event(self, connection: Connection, encounter: EncounterId, message: Mapping[str, Any]) -> int:
        """Number a message and keep it; return its number."""
        number = self._last_event(connection, encounter) + 1
        plain = codec.EVENT.dump_json({**message, "event": number})
        sealed = self._seal(connection, Context(encounter, "event", number), plain)
        connection.execute(_ADD_EVENT, {"encounter": encounter, "number": number, "sealed": sealed})
        return number

    def _last_event(self, connection: Connection, encounter: EncounterId) -> int:
        return connection.execute(_LAST_EVENT, {"encounter": encounter}).scalar() or 0

    def _record(self, connection: Connection, actor: UserId, action: str, target: str, **ids: object) -> None:
        """Add an audit entry to the transaction under way. ``ids`` are ids and codes, never PHI."""
        last = connection.execute(_LAST_ENTRY).first()
        number, head = (last.number, bytes.fromhex(last.head)) if last else (0, chain.GENESIS)
        entry = AuditEntry(
            number=number + 1,
            at=datetime.fromtimestamp(self._now(), UTC),
            actor=actor,
            action=action,
            target=target,
            ids={name: str(value) for name, value in ids.items() if value is not None},
            head="",
        )
        connection.execute(
            _ADD_ENTRY,
            {
                "number": entry.number,
                "at": entry.at.isoformat(timespec="microseconds"),
                "actor": actor,
                "action": action,
                "target": target,
                "ids": json.dumps(entry.ids, sort_keys=True),
                "head": chain.link(head, entry).hex(),
            },
        )


def newest(connection: Connection, query: Select[Any]) -> int:
    """The greatest version or number that ``query`` (a ``max``) finds, 0 when there is none."""
    number: int | None = connection.execute(query).scalar()
    return number or 0
