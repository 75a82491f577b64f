"""Voices of clinicians who enrolled theirs: a voice print each, wrapped like a data key, gone when deleted."""

from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select

from app.store import schema
from app.store.part import SYSTEM, Part
from visit.ids import UserId
from visit.voices import VoicePrint

_table = schema.voices
_print = TypeAdapter(VoicePrint)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A voice print and when it was taken."""

    print: VoicePrint
    at: datetime


class Voices(Part):
    """Enrolled voices."""

    def enrol_voice(self, user: UserId, print_: VoicePrint, *, actor: UserId = SYSTEM) -> None:
        """Keep a user's voice print in place of an earlier one."""
        sealed = self._desk.wrapper.wrap(voice_context(user), _print.dump_json(print_))
        with self._database.change() as connection:
            connection.execute(delete(_table).where(_table.c.user == user))
            connection.execute(insert(_table).values(user=user, sealed=sealed, at=self._now()))
            self._record(connection, actor, "user.voice_enrolled", f"user:{user}")

    def voice(self, user: UserId) -> Enrolled | None:
        """A user's voice print; ``None`` when there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(_table).where(_table.c.user == user)).mappings().first()
        if row is None:
            return None
        plain = self._desk.wrapper.reveal(voice_context(user), row["sealed"])
        return Enrolled(_print.validate_json(plain), datetime.fromtimestamp(row["at"], UTC))

    def forget_voice(self, user: UserId, *, actor: UserId = SYSTEM) -> bool:
        """Delete a user's voice print; returns whether there was one."""
        with self._database.change() as connection:
            found = bool(connection.execute(delete(_table).where(_table.c.user == user)).rowcount)
            if found:
                self._record(connection, actor, "user.voice_deleted", f"user:{user}")
        return found


def voice_context(user: UserId) -> str:
    """What a voice print is bound to."""
    return f"user {user}|voice"
