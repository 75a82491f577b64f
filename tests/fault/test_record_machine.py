"""The session machine and the real store together, under lost and repeated frames, restarts and a clock that jumps.

``SIDENOTE_TEST_EXAMPLES`` sets how many histories are tried.
"""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app.errors import NotAuthenticated, SidenoteError
from app.live.limits import Limits
from app.live.machine import Append, Attachment, Output, Send, Session
from app.settings import Settings
from app.store import Store
from app.wire.frames import Frame, encode
from app.wire.messages import Ack, Hello
from visit.charts import Chart

pytestmark = pytest.mark.fault

KEY = "5d" * 32
IDLE_S = 1800


def pcm(first: int, samples: int) -> bytes:
    """Samples that tell their own place."""
    return b"".join(((first + i) % 30_000).to_bytes(2, "little") for i in range(samples))


class Record(RuleBasedStateMachine):
    """A client that keeps what is not acknowledged, a line that loses things, a server that stops at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = 1_800_000_000.0
        self.captured = self.acked = self.epoch = 0
        self.under_way: list[Append] = []
        self.session: Session | None = None
        self.signed_in_at = self.used_at = self.now

    @initialize()
    def open(self) -> None:
        self.store = self.opened()
        user = self.store.add_user("ada", "Dr Ada", "clinician", "correct horse battery")
        self.encounter = self.store.open_encounter(user.id, "ehr-1", Chart(), "soap").id
        self.store.record_consent(user.id, self.encounter, True)
        self.store.set_state(user.id, self.encounter, "recording")
        self.token, _ = self.store.create_session(user)
        self.user = user.id

    def opened(self) -> Store:
        chosen = Settings(
            _env_file=None,
            data_dir=Path(self.folder.name),
            master_key=KEY,
            session_idle_s=IDLE_S,  # type: ignore[call-arg, arg-type]
        )
        return Store.open(chosen, clock=lambda: self.now)

    @rule()
    @precondition(lambda self: self.session is None)
    def connect(self) -> None:
        self.epoch += 1
        self.session = Session(str(self.encounter), Limits(), 0.0)
        self.session.text(Hello(encounter_id=str(self.encounter)).model_dump_json())
        stored = self.store.samples(self.encounter)
        self.session.attached(Attachment("recording", stored, 0, self.epoch))

    @rule(samples=st.integers(1, 400))
    def speak(self, samples: int) -> None:
        self.captured += samples

    @rule(back=st.integers(0, 300), ahead=st.integers(0, 60), samples=st.integers(1, 500), stale=st.booleans())
    @precondition(lambda self: self.session is not None and self.captured > self.acked)
    def send(self, back: int, ahead: int, samples: int, stale: bool) -> None:
        """A frame from before, at, or beyond what was received; sometimes of an earlier connection."""
        assert self.session is not None
        first = max(0, self.session.received - back + ahead)
        samples = min(samples, self.captured - first)
        if samples <= 0:
            return
        epoch = self.epoch - 1 if stale else self.epoch
        outputs = self.session.binary(encode(Frame(epoch, 0, first, pcm(first, samples))), 0.0)
        assert not (stale and any(isinstance(out, Append) for out in outputs))
        self.follow(outputs)

    @rule()
    @precondition(lambda self: self.session is not None and self.under_way)
    def store_next(self) -> None:
        assert self.session is not None
        append = self.under_way.pop(0)
        try:
            durable = self.store.append_audio(self.encounter, append.first_sample, append.pcm, append.channels)
        except SidenoteError as error:
            self.follow(self.session.append_failed(error, 0.0))
        else:
            self.follow(self.session.stored(durable))

    @rule()
    @precondition(lambda self: self.session is not None)
    def hang_up(self) -> None:
        """What was under way may still be stored, or not: here it is lost."""
        self.session, self.under_way = None, []

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.session, self.under_way = None, []
        self.store = self.opened()

    @rule(seconds=st.sampled_from((-86_400, -3600, -1, 1, 900, IDLE_S, 86_400)))
    def clock_jumps(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def work(self) -> None:
        """Something audited happens, whatever the clock says."""
        self.store.audit(self.user, "encounter.read", f"encounter:{self.encounter}")

    @rule()
    def use_session(self) -> None:
        """A session never outlives its time, however the clock jumped."""
        try:
            self.store.session(self.token)
        except NotAuthenticated:
            self.token, _ = self.store.create_session(self.store.user(self.user))
            self.signed_in_at = self.used_at = self.now
        else:
            assert self.now < self.used_at + IDLE_S
            self.used_at = max(self.used_at, self.now)

    @invariant()
    def stored_is_a_prefix_of_what_was_said(self) -> None:
        if not hasattr(self, "store"):
            return
        stored = self.store.audio(self.encounter)
        assert self.acked <= len(stored) // 2 <= self.captured
        assert stored == pcm(0, len(stored) // 2)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.integrity()
            self.store.close()
        self.folder.cleanup()

    def follow(self, outputs: list[Output]) -> None:
        for output in outputs:
            if isinstance(output, Append):
                self.under_way.append(output)
            if isinstance(output, Send) and isinstance(output.message, Ack):
                self.acked = max(self.acked, output.message.durable_through)


TestRecord = Record.TestCase
TestRecord.settings = hypothesis_settings(
    max_examples=int(os.environ.get("SIDENOTE_TEST_EXAMPLES", "6")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
