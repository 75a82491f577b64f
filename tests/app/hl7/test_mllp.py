"""Whatever an interface answers: our acknowledgement, or an answer that counts as lost."""

import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fuzzing import examples, spoiled_bytes

from app.ehr.transport import AnswerLost
from app.hl7.message import NotAnAcknowledgement, read_acknowledgement
from app.hl7.mllp import END, START, Address, exchange

pytestmark = pytest.mark.fault

ACK = b"MSH|^~\\&|EHR|EHR|US|US|20260302||ACK^T02|9|P|2.5.1\rMSA|AE|17\rERR||PID^1^3|101^Required^HL70357|E|||words\r"
CODES = {"AA", "AE", "AR", "CA", "CE", "CR"}


@examples(200)
@given(spoiled_bytes(ACK) | st.binary(max_size=40) | st.binary(max_size=4).map(lambda rest: b"MSH" + rest))
def test_any_bytes_are_an_acknowledgement_or_none(data: bytes) -> None:
    try:
        answer = read_acknowledgement(data)
    except NotAnAcknowledgement:
        return
    assert answer.code in CODES
    assert not any("words" in error for error in answer.errors)


def answered(data: bytes) -> str:
    """The code that an exchange ends with when ``data`` comes back before the line is cut, or ``lost``."""
    ours, theirs = socket.socketpair()

    def answer() -> None:
        with theirs:
            theirs.recv(65536)
            theirs.sendall(data)

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.hl7.mllp._connect", lambda address: ours)
            return exchange(Address("127.0.0.1", 1, timeout_s=60), "MSH|…", "17").code
    except AnswerLost:
        return "lost"
    finally:
        ours.close()
        thread.join(60)


@examples(40)
@given(spoiled_bytes(START + ACK + END, head=len(ACK)))
def test_a_spoiled_answer_is_ours_or_lost(data: bytes) -> None:
    assert answered(data) in CODES | {"lost"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (START + ACK + END, "AE"),
        (START + ACK.replace(b"AE|17", b"AA|18") + END + START + ACK + END, "AE"),
        (START + ACK.replace(b"|17", b"|18") + END, "lost"),
        (START + ACK, "lost"),
        (START + b"MSH" + END, "lost"),
        (b"", "lost"),
        (ACK, "lost"),
    ],
)
def test_only_the_whole_acknowledgement_of_our_message_counts(data: bytes, code: str) -> None:
    assert answered(data) == code
