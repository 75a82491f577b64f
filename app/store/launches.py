"""What a sign-in elsewhere leaves here: launches from charts, sealed, and what a browser carries there and back.

A launch is kept, wrapped like a data key and known by the hash of its id, until it ends. Of a browser that is on its
way to the EHR or to the identity provider nothing is kept: what must come back with it travels in a cookie.
"""

import json
from collections.abc import Mapping

from sqlalchemy import delete, insert, select, update

from app.security import baggage
from app.store import schema
from app.store.part import Part
from visit.ids import UserId

_table = schema.launches


class KeptLaunches(Part):
    """Launches that outlive a restart, and sealed baggage."""

    def keep_launch(self, launch: str, user: UserId, plain: bytes) -> None:
        """Keep a new launch, for as long as a session lasts at most."""
        hashed, now = self._desk.tokens.hashed("launch", launch), self._now()
        ends = now + self._desk.settings.session_max_s
        sealed = self._desk.wrapper.wrap(_context(hashed), plain)
        with self._database.change() as connection:
            connection.execute(delete(_table).where(_table.c.ends <= now))
            connection.execute(insert(_table).values(hash=hashed, user=user, ends=ends, sealed=sealed))

    def renew_launch(self, launch: str, plain: bytes) -> None:
        """Keep newer tokens of a launch; one that is over stays over."""
        hashed = self._desk.tokens.hashed("launch", launch)
        sealed = self._desk.wrapper.wrap(_context(hashed), plain)
        with self._database.change() as connection:
            connection.execute(update(_table).where(_table.c.hash == hashed).values(sealed=sealed))

    def kept_launch(self, launch: str) -> tuple[UserId, bytes] | None:
        """Whose launch it is, and what was kept of it; ``None`` when it is over or never was."""
        hashed = self._desk.tokens.hashed("launch", launch)
        with self._database.read() as connection:
            row = connection.execute(select(_table).where(_table.c.hash == hashed)).mappings().first()
        if row is None or row["ends"] <= self._now():
            return None
        return UserId(row["user"]), self._desk.wrapper.reveal(_context(hashed), row["sealed"])

    def forget_launch(self, launch: str) -> None:
        """End a launch."""
        with self._database.change() as connection:
            connection.execute(delete(_table).where(_table.c.hash == self._desk.tokens.hashed("launch", launch)))

    def pack(self, purpose: str, state: str, carried: Mapping[str, str], seconds: float) -> str:
        """Seal what a browser takes along under ``state``, good for so many seconds."""
        plain = json.dumps({**carried, "ends": self._now() + seconds}).encode()
        return baggage.seal(self._desk.tokens.sealing_key(purpose, state), plain)

    def unpack(self, purpose: str, state: str, sealed: str) -> dict[str, str] | None:
        """What came back with ``state``; ``None`` when it is too old, or was not packed here for it."""
        plain = baggage.open_sealed(self._desk.tokens.sealing_key(purpose, state), sealed)
        carried = json.loads(plain) if plain is not None else {}
        return carried if carried.pop("ends", 0.0) > self._now() else None


def _context(hashed: str) -> str:
    return f"launch {hashed}"
