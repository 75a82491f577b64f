"""WebSocket messages, protocol version 1 (``docs/protocol.md``).

Control messages are JSON text frames with a ``type``; audio travels in binary frames (:mod:`app.wire.frames`).
Server events that change what the page shows carry ``event``, a number that grows by one, so that a client
that comes back can say which it saw last and have the rest replayed.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from app.wire.resources import (
    CodeView,
    DoubtView,
    EncounterState,
    FindingView,
    GapView,
    NoteView,
    Resource,
    SentenceView,
    TurnView,
    WordView,
)

PROTOCOL = "sidenote.v1"
"""The WebSocket subprotocol that both sides name."""


class Hello(Resource):
    """First message of a client. ``last_event`` is 0 for a first connection, else the last event it saw.

    ``recorder`` is a random id of the recording page: a hello with the same id takes over from that page's own
    dead connection at once, any other recorder is refused while the first is there.
    """

    type: Literal["hello"] = "hello"
    encounter_id: str = Field(max_length=64)
    mode: Literal["record", "watch"] = "record"
    channels: Literal[1, 2] = 1
    last_event: int = Field(0, ge=0)
    recorder: str = Field("", max_length=64)


class Stop(Resource):
    """The visit is over; ``samples`` is how many the client captured, so that nothing is forgotten."""

    type: Literal["stop"] = "stop"
    samples: int = Field(ge=0)


class Ping(Resource):
    """Keep-alive; answered with ``pong``."""

    type: Literal["ping"] = "ping"


ClientMessage = Annotated[Hello | Stop | Ping, Field(discriminator="type")]


class Welcome(Resource):
    """Answer to ``hello``: where to go on. ``next_sample`` is the truth about what is stored.

    Every audio frame of this connection carries ``epoch``. Missed events follow, up to ``last_event``.
    """

    type: Literal["welcome"] = "welcome"
    encounter_id: str
    state: EncounterState
    next_sample: int
    last_event: int
    epoch: int = 0


class Ack(Resource):
    """Audio before ``durable_through`` is on disk and may be forgotten by the client."""

    type: Literal["ack"] = "ack"
    durable_through: int


class Partial(Resource):
    """Words that may change; replaces the previous partial."""

    type: Literal["partial"] = "partial"
    words: list[WordView]


class Words(Resource):
    """Committed words, appended for good."""

    type: Literal["words"] = "words"
    event: int = 0
    words: list[WordView]


class TurnEvent(Resource):
    """A turn closed, or its speaker was revised."""

    type: Literal["turn"] = "turn"
    event: int = 0
    turn: TurnView


class DoubtEvent(Resource):
    """A filter kept words out of the live transcript: a place to listen to again."""

    type: Literal["doubt"] = "doubt"
    event: int = 0
    doubt: DoubtView


class FindingEvent(Resource):
    """A finding was added or revised."""

    type: Literal["finding"] = "finding"
    event: int = 0
    finding: FindingView


class SentenceEvent(Resource):
    """A drafted sentence, while the visit goes on; assembly may still merge or reorder it."""

    type: Literal["sentence"] = "sentence"
    event: int = 0
    sentence: SentenceView


class TranscriptEvent(Resource):
    """The final pass replaced the transcript. ``changed`` are indices of turns whose words differ.

    ``doubts`` replace all that were told before.
    """

    type: Literal["transcript"] = "transcript"
    event: int = 0
    turns: list[TurnView]
    gaps: list[GapView]
    doubts: list[DoubtView] = []
    changed: list[int]


class NoteEvent(Resource):
    """The assembled note, with findings as they stand."""

    type: Literal["note"] = "note"
    event: int = 0
    note: NoteView
    findings: list[FindingView]


class CodesEvent(Resource):
    """Code suggestions for the note."""

    type: Literal["codes"] = "codes"
    event: int = 0
    codes: list[CodeView]


class Status(Resource):
    """Where the visit stands. ``detail`` is a stable code such as ``asr.degraded`` or ``no_speech``.

    Lag and progress reports are not numbered (``event`` 0) and not replayed; changes of ``state`` are.
    """

    type: Literal["status"] = "status"
    event: int = 0
    state: EncounterState
    detail: str | None = None
    lag_s: float | None = None
    progress: float | None = None


class ErrorMessage(Resource):
    """Something was refused and nothing stored was lost. The connection stays open unless a close follows.

    ``next_sample`` is where to go on sending audio; ``sequence`` names the frame that was refused.
    """

    type: Literal["error"] = "error"
    code: str
    message: str
    retryable: bool = False
    next_sample: int | None = None
    sequence: int | None = None


class Pong(Resource):
    """Answer to ``ping``."""

    type: Literal["pong"] = "pong"


ServerMessage = Annotated[
    Welcome
    | Ack
    | Partial
    | Words
    | TurnEvent
    | DoubtEvent
    | FindingEvent
    | SentenceEvent
    | TranscriptEvent
    | NoteEvent
    | CodesEvent
    | Status
    | ErrorMessage
    | Pong,
    Field(discriminator="type"),
]

Event = (
    Words | TurnEvent | DoubtEvent | FindingEvent | SentenceEvent | TranscriptEvent | NoteEvent | CodesEvent | Status
)
"""Messages that are numbered, stored and replayed."""

client_message: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)
server_message: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
