"""One connection's side of the protocol, without I/O: messages and facts in, messages and commands out.

The driver (:mod:`app.live.ws`) carries out the commands in order and reports back. Nothing here waits, reads a
clock or touches the store, so every interleaving can be tested and replayed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from pydantic import ValidationError

from app.errors import Conflict, InvalidInput, SidenoteError, TooMuch
from app.live.limits import REPEAT_S, Bucket, Limits
from app.wire import frames
from app.wire.messages import Ack, ErrorMessage, Hello, Ping, Pong, ServerMessage, Status, Stop, Welcome, client_message
from app.wire.resources import EncounterState
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Send:
    """Send a message to the client."""

    message: ServerMessage


@dataclass(frozen=True, slots=True)
class Attach:
    """Join the visit that ``hello`` names; answer with :meth:`Session.attached` or :meth:`Session.refused`."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class Append:
    """Store these samples; answer with :meth:`Session.stored` or :meth:`Session.append_failed`."""

    first_sample: int
    pcm: bytes
    channels: int


@dataclass(frozen=True, slots=True)
class Finish:
    """All captured audio is durable: end the visit. Only a failure is answered, with :meth:`Session.refused`."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection."""

    code: int
    reason: str


Output = Send | Attach | Append | Finish | Close


@dataclass(frozen=True, slots=True)
class Attachment:
    """What joining a visit gave: where it stands, the fencing number of this recorder, and missed events."""

    state: EncounterState
    next_sample: int
    last_event: int
    epoch: int = 0
    missed: Sequence[ServerMessage] = ()


class Phase(Enum):
    """Where a connection stands."""

    GREETING = auto()
    ATTACHING = auto()
    RECORDING = auto()
    STOPPING = auto()
    WATCHING = auto()
    CLOSED = auto()


class Session:
    """The state machine of one connection.

    ``received`` is the sample expected next; ``durable`` is what the store has confirmed. Only ``durable`` is
    ever acknowledged.
    """

    def __init__(self, encounter_id: str, limits: Limits, now: float) -> None:
        """``encounter_id`` is what the connection's ticket was made for."""
        self.encounter_id = encounter_id
        self.limits = limits
        self.phase = Phase.GREETING
        self.received = 0
        self.durable = 0
        self._hello = Hello(encounter_id=encounter_id)
        self._epoch = 0
        self._bucket = Bucket(limits.rate, limits.burst_s, now)
        self._deadline = now + limits.hello_s
        self._bad = 0
        self._told: tuple[int, float] | None = None

    @property
    def congested(self) -> bool:
        """Too much waits to be stored: read nothing more from the line until it is."""
        return self.received - self.durable > self.limits.in_flight

    # what the client sends

    def text(self, text: str) -> list[Output]:
        """Take a text message."""
        try:
            if len(text) > self.limits.max_text:
                raise InvalidInput("A message is too long.", code="input.message")
            message = client_message.validate_json(text)
        except ValidationError:
            return self._bad_message(InvalidInput("The message is not one of the protocol.", code="input.message"))
        except InvalidInput as error:
            return self._bad_message(error)
        self._bad = 0
        match message:
            case Hello():
                return self._greet(message)
            case Stop():
                return self._stop(message)
            case Ping():
                return [Send(Pong())]

    def binary(self, data: bytes, now: float) -> list[Output]:
        """Take a binary message: one audio frame."""
        if self.phase in (Phase.GREETING, Phase.ATTACHING):
            return [_error(Conflict("Say hello and wait for welcome first.", code="conflict.hello"))]
        if self.phase in (Phase.WATCHING, Phase.CLOSED):
            return [_error(Conflict("This connection does not record.", code="conflict.mode"))]
        try:
            frame = frames.decode(data)
            if frame.channels != self._hello.channels:
                raise frames.FrameError("The number of channels changed.", code="input.frame.channels")
        except frames.FrameError as error:
            self._told = (self.received, now)
            return self._bad_message(error, next_sample=self.received)
        self._bad = 0
        return self._frame(frame, now)

    # what the driver reports

    def attached(self, attachment: Attachment) -> list[Output]:
        """The visit was joined."""
        self.received = self.durable = attachment.next_sample
        self._epoch = attachment.epoch
        self.phase = Phase.RECORDING if self._hello.mode == "record" else Phase.WATCHING
        welcome = Welcome(
            encounter_id=self.encounter_id,
            state=attachment.state,
            next_sample=attachment.next_sample,
            last_event=attachment.last_event,
            epoch=attachment.epoch,
        )
        return [Send(welcome), *(Send(message) for message in attachment.missed)]

    def refused(self, error: SidenoteError) -> list[Output]:
        """The visit could not be joined, or not be ended; the client may try again."""
        self.phase = Phase.GREETING if self.phase is Phase.ATTACHING else Phase.RECORDING
        return [_error(error)]

    def stored(self, durable: int) -> list[Output]:
        """Audio before ``durable`` is on disk."""
        if durable <= self.durable:
            return []
        self.durable = durable
        self.received = max(self.received, durable)
        if self.phase not in (Phase.RECORDING, Phase.STOPPING):
            return []
        return [Send(Ack(durable_through=durable)), *self._finish_when_durable()]

    def append_failed(self, error: SidenoteError, now: float) -> list[Output]:
        """Audio could not be stored: what was not acknowledged is asked for again."""
        self.received = self.durable
        self._told = (self.received, now)
        if self.phase is Phase.STOPPING:
            self.phase = Phase.RECORDING
        return [_error(error, next_sample=self.durable)]

    def event(self, message: ServerMessage) -> list[Output]:
        """Something happened in the visit."""
        outputs: list[Output] = [Send(message)]
        if isinstance(message, Status) and message.state not in ("open", "recording"):
            self.phase = Phase.WATCHING if self.phase in (Phase.RECORDING, Phase.STOPPING) else self.phase
        return outputs

    def tick(self, now: float) -> list[Output]:
        """Time passed."""
        if self.phase is Phase.GREETING and now > self._deadline:
            return self.close(TooMuch("No hello came in time.", code="limit.hello"), 1008)
        return []

    def close(self, error: SidenoteError, code: int | None = None) -> list[Output]:
        """End the connection because of ``error``."""
        if self.phase is Phase.CLOSED:
            return []
        self.phase = Phase.CLOSED
        return [_error(error), Close(code or error.ws_close, error.code)]

    # rules

    def _greet(self, hello: Hello) -> list[Output]:
        if self.phase is not Phase.GREETING:
            return [_error(Conflict("Hello was said already.", code="conflict.hello"))]
        if hello.encounter_id != self.encounter_id:
            return [_error(Conflict("The ticket is for another encounter.", code="conflict.ticket"))]
        self._hello = hello
        self._deadline = math.inf
        self.phase = Phase.ATTACHING
        return [Attach(hello)]

    def _frame(self, frame: frames.Frame, now: float) -> list[Output]:
        if frame.epoch != self._epoch:
            return [_error(Conflict("The frame is of another connection.", code="conflict.epoch"), frame)]
        if frame.end <= self.received:
            return [Send(Ack(durable_through=self.durable))]
        if self.phase is Phase.STOPPING:
            return [_error(Conflict("The visit was stopped.", code="conflict.closed"), frame)]
        if frame.first_sample > self.received:
            return self._gap(frame, now)
        if self.received >= self.limits.max_samples:
            return [_error(TooMuch("The visit has reached its longest duration.", code="limit.visit"), frame)]
        if not self._bucket.take(frame.samples / SAMPLE_RATE, now):
            self._told = (self.received, now)
            error = TooMuch("Audio comes faster than it may; wait a second.", code="limit.rate")
            return [_error(error, frame, self.received)]
        return [self._take(frame)]

    def _take(self, frame: frames.Frame) -> Append:
        """The part of a frame that is new and within the longest visit."""
        self._told = None
        width = BYTES_PER_SAMPLE * frame.channels
        end = min(frame.end, self.limits.max_samples)
        first = self.received
        self.received = end
        return Append(
            first, frame.pcm[(first - frame.first_sample) * width : (end - frame.first_sample) * width], frame.channels
        )

    def _gap(self, frame: frames.Frame, now: float) -> list[Output]:
        """Refuse once; frames already under way behind the missing one are refused silently for a while."""
        if self._told and self._told[0] == self.received and now - self._told[1] < REPEAT_S:
            return []
        self._told = (self.received, now)
        return [_error(Conflict("Samples are missing before this frame.", code="conflict.gap"), frame, self.received)]

    def _stop(self, stop: Stop) -> list[Output]:
        if self.phase is not Phase.RECORDING:
            return [_error(Conflict("There is no recording to stop here.", code="conflict.mode"))]
        if stop.samples > self.received and self.received < self.limits.max_samples:
            error = Conflict("Captured audio is missing; send it, then stop again.", code="conflict.samples")
            return [_error(error, next_sample=self.received)]
        self.phase = Phase.STOPPING
        return self._finish_when_durable()

    def _finish_when_durable(self) -> list[Output]:
        if self.phase is Phase.STOPPING and self.durable == self.received:
            return [Finish()]
        return []

    def _bad_message(self, error: SidenoteError, next_sample: int | None = None) -> list[Output]:
        self._bad += 1
        if self._bad >= self.limits.max_bad_messages:
            return self.close(error, 1008)
        return [_error(error, next_sample=next_sample)]


def _error(error: SidenoteError, frame: frames.Frame | None = None, next_sample: int | None = None) -> Send:
    """The message that tells the client of ``error``."""
    told = error.extra.get("next_sample")
    return Send(
        ErrorMessage(
            code=error.code,
            message=error.message,
            retryable=error.retryable,
            next_sample=told if next_sample is None and isinstance(told, int) else next_sample,
            sequence=frame.sequence if frame else None,
        )
    )
