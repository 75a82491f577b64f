"""What a visit tells its connections: numbered events that are stored, and passing remarks that are not."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.errors import SidenoteError
from app.wire.messages import Event, ServerMessage, server_message
from visit.ids import EncounterId

if TYPE_CHECKING:
    from app.store import Store

log = logging.getLogger(__name__)

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
    """The numbered events of one encounter and the lines that listen.

    A change of the record stores its events itself; :meth:`deliver` sends lines what they have not been sent.
    """

    def __init__(self, store: "Store", encounter_id: EncounterId) -> None:
        """Numbers go on where the store's end."""
        self._store = store
        self._id = encounter_id
        self._order = asyncio.Lock()
        self._sent: dict[Line, int] = {}

    @property
    def lines(self) -> Collection[Line]:
        """Whoever listens."""
        return self._sent.keys()

    async def record(self, *messages: Event) -> None:
        """Number and store events, then send them to every line, in order."""
        async with self._order:
            for message in messages:
                number = await asyncio.to_thread(self._store.append_event, self._id, message.model_dump(mode="json"))
                if all(sent == number - 1 for sent in self._sent.values()):
                    self._send(message.model_copy(update={"event": number}), number)
                else:
                    await self._catch_up()

    async def deliver(self) -> None:
        """Send every line the stored events that it was not sent. What cannot be read now goes with the next."""
        async with self._order:
            try:
                await self._catch_up()
            except SidenoteError as error:
                log.warning("visit %s: events are sent later: %s", self._id, error.code)

    def mention(self, message: ServerMessage) -> None:
        """Send something that only matters now."""
        for line in self.lines:
            line.mention(message)

    async def join(self, line: Line, after: int) -> tuple[int, list[ServerMessage]]:
        """The number of the last event and every event after ``after``.

        Later ones come through ``line``, none twice and none left out.
        """
        async with self._order:
            last = await asyncio.to_thread(self._store.last_event, self._id)
            stored = await asyncio.to_thread(self._store.events, self._id, after)
            self._sent[line] = last
        return last, [server_message.validate_python(event) for event in stored if event["event"] <= last]

    def leave(self, line: Line) -> None:
        """Send nothing more to ``line``."""
        self._sent.pop(line, None)

    async def _catch_up(self) -> None:
        if self._sent:
            after = min(self._sent.values())
            for event in await asyncio.to_thread(self._store.events, self._id, after):
                self._send(server_message.validate_python(event), event["event"])

    def _send(self, message: ServerMessage, number: int) -> None:
        for line, sent in self._sent.items():
            if sent < number:
                line.put(message)
                self._sent[line] = number
