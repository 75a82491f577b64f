"""MLLP: one message out, its acknowledgement back (HL7 v2 transport specification, release 1).

A message is framed by VT before and FS CR after it. Each exchange has a connection of its own: on one that was
idle, a message that never arrived could not be told from one whose answer was lost.
"""

import socket
import ssl
import time
from dataclasses import dataclass
from typing import Final

from app.ehr.transport import AnswerLost, NotSent
from app.hl7.message import Acknowledgement, NotAnAcknowledgement, read_acknowledgement

START: Final = b"\x0b"
END: Final = b"\x1c\r"
_MAX_REPLY: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """Where an interface listens."""

    host: str
    port: int
    tls: bool = False
    timeout_s: float = 20.0

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def exchange(address: Address, message: str, control: str) -> Acknowledgement:
    """Send a message and wait for the acknowledgement with its control id.

    Raises :class:`NotSent` when nothing can have arrived, :class:`AnswerLost` when anything may have.
    """
    deadline = time.monotonic() + address.timeout_s
    try:
        line = _connect(address)
    except (OSError, ssl.SSLError) as error:
        raise NotSent(type(error).__name__) from None
    try:
        with line:
            line.sendall(START + message.encode() + END)
            return _await(line, control, deadline)
    except OSError as error:
        raise AnswerLost(type(error).__name__) from None


def _connect(address: Address) -> socket.socket:
    line = socket.create_connection((address.host, address.port), timeout=address.timeout_s)
    if not address.tls:
        return line
    try:
        return ssl.create_default_context().wrap_socket(line, server_hostname=address.host)
    except BaseException:
        line.close()
        raise


def _await(line: socket.socket, control: str, deadline: float) -> Acknowledgement:
    """The acknowledgement of our message; those of others are passed over."""
    data = b""
    while True:
        frame, found, data = _frame(data)
        if found:
            try:
                answer = read_acknowledgement(frame)
            except NotAnAcknowledgement:
                raise AnswerLost("the answer is no acknowledgement") from None
            if answer.control == control:
                return answer
            continue
        left_s = deadline - time.monotonic()
        if left_s <= 0 or len(data) > _MAX_REPLY:
            raise AnswerLost("no acknowledgement came")
        line.settimeout(left_s)
        chunk = line.recv(65536)
        if not chunk:
            raise AnswerLost("the line was cut")
        data += chunk


def _frame(data: bytes) -> tuple[bytes, bool, bytes]:
    """The first whole message in ``data``, whether there is one, and what follows it."""
    start, end = data.find(START), data.find(END)
    if start < 0 or end < start:
        return b"", False, data
    return data[start + 1 : end], True, data[end + len(END) :]
