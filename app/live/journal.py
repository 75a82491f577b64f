"""What a visit tells its connections: numbered events that are stored, and passing remarks that are not."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.errors import SidenoteError
from app.wire.messages import Event, ServerMessage, server_message
from visit.ids import EncounterId

if TYPE_CHECKING:
    from app.store import Store

LINE_CAPACITY: Final = 2000


@dataclass(frozen=True, slots=True)
class Stored:
    """Audio before ``durable`` is on disk."""

    durable: int


@dataclass(frozen=True, slots=True)
class NotStored:
    """Audio could not be stored."""

    error: SidenoteError


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection has to end."""

    error: SidenoteError


Letter = ServerMessage | Stored | NotStored | HangUp


class Line:
    """The mailbox of one connection, bounded. When it overflows it is ``dead``: the client comes back and has
    the rest replayed.
    """

    def __init__(self, capacity: int = LINE_CAPACITY) -> None:
        """Hold up to ``capacity`` letters."""
        self._letters: asyncio.Queue[Letter] = asyncio.Queue(capacity)
        self.dead = False

    def put(self, letter: Letter) -> None:
        """Add a letter, or give the line up when there is no room."""
        try:
            self._letters.put_nowait(letter)
        except asyncio.QueueFull:
            self.dead = True

    def mention(self, message: ServerMessage) -> None:
        """Add a message that may be dropped; it never takes the last half of the room."""
        if self._letters.qsize() < self._letters.maxsize // 2:
            self.put(message)

    async def get(self) -> Letter:
        """The next letter."""
        return await self._letters.get()


class Journal:
    """The numbered events of one encounter and the lines that listen."""

    def __init__(self, store: "Store", encounter_id: EncounterId) -> None:
        """Numbers go on where the store's end."""
        self._store = store
        self._id = encounter_id
        self._order = asyncio.Lock()
        self.lines: set[Line] = set()

    async def record(self, *messages: Event) -> None:
        """Number and store events, then send them to every line, in order."""
        async with self._order:
            for message in messages:
                number = await asyncio.to_thread(self._store.append_event, self._id, message.model_dump(mode="json"))
                numbered = message.model_copy(update={"event": number})
                for line in self.lines:
                    line.put(numbered)

    def mention(self, message: ServerMessage) -> None:
        """Send something that only matters now."""
        for line in self.lines:
            line.mention(message)

    async def join(self, line: Line, after: int) -> tuple[int, list[ServerMessage]]:
        """The number of the last event and every event after ``after``.

        Later ones come through ``line``, none twice and none left out.
        """
        async with self._order:
            stored = await asyncio.to_thread(self._store.events, self._id, after)
            last = await asyncio.to_thread(self._store.last_event, self._id)
            self.lines.add(line)
        return last, [server_message.validate_python(event) for event in stored]

    def leave(self, line: Line) -> None:
        """Send nothing more to ``line``."""
        self.lines.discard(line)
