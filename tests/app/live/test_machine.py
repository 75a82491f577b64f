"""The session machine: its rules one by one, then under anything a line, a client or a server may do."""

from collections import deque

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from app.errors import Conflict, Unavailable
from app.live.limits import Limits
from app.live.machine import Append, Attach, Attachment, Close, Finish, Output, Phase, Send, Session
from app.wire.frames import Frame, encode
from app.wire.messages import Ack, ErrorMessage, Hello, Pong, ServerMessage, Status, Stop, Welcome, Words

pytestmark = pytest.mark.unit

LIMITS = Limits(max_visit_s=100)
TENTH = 1600


def joined(next_sample: int = 0, limits: Limits = LIMITS, mode: str = "record", channels: int = 1) -> Session:
    session = Session("e1", limits, 0.0)
    hello = Hello(encounter_id="e1", mode=mode, channels=channels)  # type: ignore[arg-type]
    assert session.text(hello.model_dump_json()) == [Attach(hello)]
    session.attached(Attachment("recording", next_sample, 0, epoch=1))
    return session


def frame(first: int, samples: int = TENTH, epoch: int = 1, channels: int = 1) -> bytes:
    return encode(Frame(epoch, 0, first, b"\1\0" * samples * channels, channels))


def errors(outputs: list[Output]) -> list[ErrorMessage]:
    return [out.message for out in outputs if isinstance(out, Send) and isinstance(out.message, ErrorMessage)]


def error(outputs: list[Output]) -> ErrorMessage:
    (only,) = errors(outputs)
    return only


def stop(samples: int) -> str:
    return Stop(samples=samples).model_dump_json()


def test_welcome_says_where_to_go_on_and_missed_events_follow() -> None:
    session = Session("e1", LIMITS, 0.0)
    session.text(Hello(encounter_id="e1").model_dump_json())
    missed = Words(event=4, words=[])
    outputs = session.attached(Attachment("recording", 3200, 4, 2, [missed]))
    assert outputs == [
        Send(Welcome(encounter_id="e1", state="recording", next_sample=3200, last_event=4, epoch=2)),
        Send(missed),
    ]


def test_audio_before_welcome_is_refused() -> None:
    session = Session("e1", LIMITS, 0.0)
    assert error(session.binary(frame(0), 0.0)).code == "conflict.hello"


def test_hello_for_another_encounter_than_the_tickets_is_refused() -> None:
    session = Session("e1", LIMITS, 0.0)
    assert error(session.text(Hello(encounter_id="e2").model_dump_json())).code == "conflict.ticket"
    assert session.phase is Phase.GREETING


def test_a_second_hello_is_refused() -> None:
    assert error(joined().text(Hello(encounter_id="e1").model_dump_json())).code == "conflict.hello"


def test_after_a_refused_hello_one_may_watch_instead() -> None:
    session = Session("e1", LIMITS, 0.0)
    session.text(Hello(encounter_id="e1").model_dump_json())
    assert error(session.refused(Conflict("x", code="conflict.recorder"))).code == "conflict.recorder"
    hello = Hello(encounter_id="e1", mode="watch")
    assert session.text(hello.model_dump_json()) == [Attach(hello)]


def test_no_hello_in_time_ends_the_connection() -> None:
    session = Session("e1", LIMITS, 0.0)
    assert session.tick(9.0) == []
    outputs = session.tick(11.0)
    assert error(outputs).code == "limit.hello"
    assert outputs[-1] == Close(1008, "limit.hello")


def test_nothing_is_acknowledged_before_it_is_durable() -> None:
    session = joined()
    assert session.binary(frame(0), 0.0) == [Append(0, b"\1\0" * TENTH, 1)]
    assert session.stored(TENTH) == [Send(Ack(durable_through=TENTH))]


def test_a_duplicate_is_acknowledged_as_far_as_stored_and_not_stored_again() -> None:
    session = joined()
    session.binary(frame(0), 0.0)
    assert session.binary(frame(0), 0.0) == [Send(Ack(durable_through=0))]
    session.stored(TENTH)
    assert session.binary(frame(0), 0.0) == [Send(Ack(durable_through=TENTH))]


def test_of_an_overlapping_frame_only_the_new_part_is_stored() -> None:
    session = joined(next_sample=600)
    assert session.binary(frame(0), 0.0) == [Append(600, b"\1\0" * 1000, 1)]


def test_a_gap_is_refused_with_the_sample_expected() -> None:
    session = joined()
    outputs = session.binary(frame(2 * TENTH), 0.0)
    assert (error(outputs).code, error(outputs).next_sample) == ("conflict.gap", 0)
    assert session.binary(frame(3 * TENTH), 0.1) == [], "frames already under way are refused once"
    assert error(session.binary(frame(3 * TENTH), 5.0)).code == "conflict.gap"
    assert session.binary(frame(0), 5.0) == [Append(0, b"\1\0" * TENTH, 1)]


def test_a_broken_frame_is_refused_and_asked_for_again() -> None:
    session = joined()
    broken = frame(0)[:-1] + b"\x7f"
    outputs = session.binary(broken, 0.0)
    assert (error(outputs).code, error(outputs).next_sample) == ("input.frame.checksum", 0)
    assert session.binary(frame(0), 0.0) == [Append(0, b"\1\0" * TENTH, 1)]


def test_a_frame_of_another_connection_is_refused() -> None:
    assert error(joined().binary(frame(0, epoch=7), 0.0)).code == "conflict.epoch"


def test_channels_must_be_those_of_the_hello() -> None:
    assert error(joined().binary(frame(0, channels=2), 0.0)).code == "input.frame.channels"
    assert joined(channels=2).binary(frame(0, channels=2), 0.0) == [Append(0, b"\1\0\1\0" * TENTH, 2)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type":"dance"}', '{"type":"stop"}', '{"type":"stop","samples":-1}',
                                  '{"type":"ping","extra":1}', "x" * 9000])  # fmt: skip
def test_a_malformed_message_is_refused_and_the_recording_goes_on(text: str) -> None:
    session = joined()
    session.binary(frame(0), 0.0)
    assert error(session.text(text)).code == "input.message"
    assert session.binary(frame(TENTH), 0.0) == [Append(TENTH, b"\1\0" * TENTH, 1)]


def test_a_client_that_sends_nothing_but_rubbish_is_disconnected() -> None:
    session = joined()
    outputs = [output for _ in range(LIMITS.max_bad_messages) for output in session.text("rubbish")]
    assert outputs[-1] == Close(1008, "input.message")


def test_ping() -> None:
    assert joined().text('{"type":"ping"}') == [Send(Pong())]


def test_a_watcher_may_neither_send_audio_nor_stop() -> None:
    session = joined(mode="watch")
    assert error(session.binary(frame(0), 0.0)).code == "conflict.mode"
    assert error(session.text(stop(0))).code == "conflict.mode"


def test_stop_waits_until_everything_is_durable() -> None:
    session = joined()
    session.binary(frame(0), 0.0)
    assert session.text(stop(TENTH)) == []
    assert session.stored(TENTH) == [Send(Ack(durable_through=TENTH)), Finish()]


def test_stop_with_missing_samples_asks_for_them() -> None:
    session = joined()
    session.binary(frame(0), 0.0)
    session.stored(TENTH)
    outputs = session.text(stop(2 * TENTH))
    assert (error(outputs).code, error(outputs).next_sample) == ("conflict.samples", TENTH)
    session.binary(frame(TENTH), 0.0)
    session.stored(2 * TENTH)
    assert session.text(stop(2 * TENTH)) == [Finish()]


def test_audio_after_stop_is_refused() -> None:
    session = joined()
    session.binary(frame(0), 0.0)
    session.text(stop(TENTH))
    assert error(session.binary(frame(TENTH), 0.0)).code == "conflict.closed"


def test_a_failed_write_is_asked_for_again_and_undoes_the_stop() -> None:
    session = joined()
    session.binary(frame(0), 0.0)
    session.text(stop(TENTH))
    outputs = session.append_failed(Unavailable("full", code="unavailable.store"), 0.0)
    assert (error(outputs).code, error(outputs).next_sample, error(outputs).retryable) == ("unavailable.store", 0, True)
    assert session.binary(frame(0), 0.0) == [Append(0, b"\1\0" * TENTH, 1)]


def test_a_visit_closed_elsewhere_takes_no_more_audio() -> None:
    session = joined()
    session.event(Status(event=9, state="finishing"))
    assert error(session.binary(frame(0), 0.0)).code == "conflict.mode"


def test_half_an_hour_is_caught_up_at_thirty_times_real_time() -> None:
    session = joined(limits=Limits())
    for second in range(1800):
        outputs = session.binary(frame(second * 16000, 16000), now=second / 30)
        assert isinstance(outputs[0], Append), second
        session.stored((second + 1) * 16000)


def test_beyond_the_burst_audio_is_refused_until_time_has_passed_and_nothing_is_lost() -> None:
    session = joined(limits=Limits(burst_s=2.0))
    assert isinstance(session.binary(frame(0, 16000), 0.0)[0], Append)
    assert isinstance(session.binary(frame(16000, 16000), 0.0)[0], Append)
    outputs = session.binary(frame(32000, 16000), 0.0)
    assert (error(outputs).code, error(outputs).next_sample, error(outputs).retryable) == ("limit.rate", 32000, True)
    assert isinstance(session.binary(frame(32000, 16000), 1.0)[0], Append)


def test_more_than_fits_in_memory_is_not_read() -> None:
    session = joined()
    for second in range(21):
        session.binary(frame(second * 16000, 16000), 0.0)
    assert session.congested
    session.stored(2 * 16000)
    assert not session.congested


def test_the_longest_visit_is_stored_to_its_last_sample_and_can_be_stopped() -> None:
    session = joined(next_sample=99 * 16000 + 15000)
    assert session.binary(frame(99 * 16000 + 15000), 0.0) == [Append(99 * 16000 + 15000, b"\1\0" * 1000, 1)]
    session.stored(100 * 16000)
    assert error(session.binary(frame(100 * 16000), 0.0)).code == "limit.visit"
    assert session.text(stop(200 * 16000)) == [Finish()]


class Visit(RuleBasedStateMachine):
    """A client, a lossy line in both directions, the machine, and a store; everything may fail at any time.

    The client keeps what is not acknowledged and goes on from ``welcome`` or from the ``next_sample`` of an error.
    Sample *n* has the value *n*, so stored audio shows what it is made of.
    """

    to_server = Bundle("to_server")

    def __init__(self) -> None:
        super().__init__()
        self.captured = 0
        self.sent = 0
        self.acked = 0
        self.epoch = -1
        self.epochs = 0
        self.disk = b""
        self.waiting: list[Append] = []
        self.inbox: deque[ServerMessage] = deque()
        self.events = 0
        self.seen = 0
        self.stopped = False
        self.connection = 0
        self.finished = False
        self.session: Session | None = None
        self.now = 0.0

    def pcm(self, first: int, end: int) -> bytes:
        return b"".join((n % 65536).to_bytes(2, "little") for n in range(first, end))

    @property
    def durable(self) -> int:
        return len(self.disk) // 2

    def obey(self, outputs: list[Output]) -> None:
        """Carry out commands as the driver does; messages go onto the line."""
        for output in outputs:
            if isinstance(output, Send):
                self.inbox.append(output.message)
            elif isinstance(output, Append):
                self.waiting.append(output)
            elif isinstance(output, Finish):
                assert not self.waiting, "a visit ends only when nothing waits to be stored"
                self.finished = True

    @initialize()
    def begin(self) -> None:
        self.connect()

    @precondition(lambda self: self.session is None and not self.finished)
    @rule()
    def connect(self) -> None:
        self.connection += 1
        self.epochs += 1
        self.epoch = -1
        self.waiting.clear()
        self.inbox.clear()
        self.session = Session("e", Limits(), self.now)
        self.session.text(Hello(encounter_id="e", last_event=self.seen).model_dump_json())
        missed = [Words(event=n, words=[]) for n in range(self.seen + 1, self.events + 1)]
        self.obey(self.session.attached(Attachment("recording", self.durable, self.events, self.epochs, missed)))
        self.client_hears_one()

    def capture_and_send(self, samples: int) -> tuple[int, bytes]:
        """Capture goes on while frames are sent; after a step back, older samples are sent again."""
        if not self.stopped:
            self.captured += samples
        end = min(self.sent + samples, self.captured)
        first, self.sent = min(self.sent, end - 1), end
        return self.connection, encode(Frame(self.epoch, 0, first, self.pcm(first, end)))

    @precondition(lambda self: self.session is not None and self.captured + (not self.stopped) > 0)
    @rule(frames=st.integers(1, 5), samples=st.integers(1, 100))
    def send_frames_that_arrive(self, frames: int, samples: int) -> None:
        for _ in range(frames):
            self.deliver(self.capture_and_send(samples))

    @precondition(lambda self: self.session is not None and self.captured + (not self.stopped) > 0)
    @rule(target=to_server, samples=st.integers(1, 100))
    def send_a_frame_that_tarries(self, samples: int) -> object:
        return self.capture_and_send(samples)

    @rule(item=to_server)
    def a_frame_arrives_late_or_twice(self, item: tuple[int, bytes]) -> None:
        self.deliver(item)

    @rule(item=consumes(to_server), at=st.integers(0, 10_000), bit=st.integers(0, 7))
    def a_frame_arrives_damaged(self, item: tuple[int, bytes], at: int, bit: int) -> None:
        data = bytearray(item[1])
        data[at % len(data)] ^= 1 << bit
        self.deliver((item[0], bytes(data)))

    def deliver(self, item: tuple[int, bytes]) -> None:
        connection, data = item
        if self.session is not None and connection == self.connection:
            self.obey(self.session.binary(data, self.now))

    @precondition(lambda self: self.session is not None)
    @rule(text=st.text(max_size=20))
    def rubbish(self, text: str) -> None:
        assert self.session is not None
        outputs = self.session.text(text)
        if any(isinstance(output, Close) for output in outputs):
            self.session = None
        self.obey(outputs)

    @precondition(lambda self: self.session is not None and bool(self.waiting))
    @rule()
    def write_succeeds(self) -> None:
        assert self.session is not None
        self.store_what_waits()
        self.obey(self.session.stored(self.durable))

    def store_what_waits(self) -> None:
        for append in self.waiting:
            assert append.first_sample <= self.durable, "a gap reached the store"
            self.disk += append.pcm[2 * (self.durable - append.first_sample) :]
        self.waiting.clear()

    @precondition(lambda self: self.session is not None and bool(self.waiting))
    @rule()
    def write_fails(self) -> None:
        assert self.session is not None
        self.waiting.clear()
        self.obey(self.session.append_failed(Unavailable("full", code="unavailable.store"), self.now))

    @rule()
    def something_happens(self) -> None:
        self.events += 1
        if self.session:
            self.obey(self.session.event(Words(event=self.events, words=[])))

    @precondition(lambda self: bool(self.inbox))
    @rule(messages=st.integers(1, 20))
    def client_hears(self, messages: int) -> None:
        for _ in range(min(messages, len(self.inbox))):
            self.client_hears_one()

    def client_hears_one(self) -> None:
        match message := self.inbox.popleft():
            case Welcome():
                self.epoch, self.sent = message.epoch, message.next_sample
            case Ack():
                self.acked = max(self.acked, message.durable_through)
            case ErrorMessage(next_sample=int(position)):
                self.sent = min(self.sent, position)
            case Words():
                assert message.event == self.seen + 1, "events come in order, none twice and none left out"
                self.seen = message.event

    @rule(seconds=st.floats(0.0, 3.0))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.session is not None)
    @rule(server_is_killed=st.booleans())
    def line_drops(self, server_is_killed: bool) -> None:
        """What waits is lost with the server; with the line alone it is still stored."""
        if not server_is_killed:
            self.store_what_waits()
        self.session = None
        self.waiting.clear()

    @precondition(lambda self: self.session is not None and self.captured > 300)
    @rule()
    def client_stops(self) -> None:
        assert self.session is not None
        self.stopped = True
        self.obey(self.session.text(Stop(samples=self.captured).model_dump_json()))

    @invariant()
    def stored_audio_is_a_gapless_prefix_of_what_was_captured(self) -> None:
        assert self.disk == self.pcm(0, self.durable)
        assert self.durable <= self.captured

    @invariant()
    def whatever_is_acknowledged_is_durable(self) -> None:
        assert self.acked <= self.durable

    @invariant()
    def a_finished_visit_holds_everything(self) -> None:
        assert not self.finished or self.durable == self.captured


TestVisit = Visit.TestCase
TestVisit.settings = hypothesis_settings(max_examples=150, stateful_step_count=40, deadline=None)
