"""Notes, signed visits and a faulty line for tests of the EHR side. Everyone in them is invented."""

import base64
import contextlib
import copy
import hashlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from app.ehr.client import Ehr
from app.ehr.document import Letterhead, Participants, SignedNote, document_reference, note_text
from app.records import User
from app.settings import Settings
from app.store import Store
from visit.charts import Chart
from visit.ids import EncounterId, PatientId, SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

_ROOT = Path(__file__).parents[2]
SHARED = next((found for found in (_ROOT / "shared", _ROOT.parent / "shared") if found.is_dir()), _ROOT / "shared")
"""Reference material beside the project, where there is any; tests that use it skip without it."""

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
"""When the test notes are signed."""

CHART = Chart(
    patient_id=PatientId("patient-1"),
    patient_name="Maria Alvarez",
    birth_date=date(1968, 3, 14),
    sex="female",
    clinician_name="Dr. Daniel Reed",
)
WHO = Participants(
    "Patient/patient-1", "Encounter/visit-1", "Practitioner/clinician-1", "Dr. Daniel Reed", "Organization/practice-1"
)


def sentence(name: str, division: Division, text: str) -> NoteSentence:
    return NoteSentence(SentenceId(name), division, text, (0,), Verdict.SUPPORTED, Origin.RULES)


NOTE = Note(
    sentences=(
        sentence("s1", Division.CHIEF_COMPLAINT, "Cough for ten days."),
        sentence("s2", Division.HISTORY, "Dry cough, worse at night."),
        sentence("s3", Division.REVIEW_OF_SYSTEMS, "Denies fever."),
        sentence("s4", Division.VITALS, "Blood pressure 138/86 mmHg."),
        sentence("s5", Division.ASSESSMENT, "Acute bronchitis."),
        sentence("s6", Division.PLAN, "Continue lisinopril 10 mg daily."),
    ),
    not_discussed=(Division.FAMILY, Division.SOCIAL),
)


def text_of(day: date = date(2026, 3, 2)) -> str:
    return note_text(NOTE, Letterhead(CHART, "Dr. Daniel Reed", day))


def signed_note(text: str | None = None, template: str = "soap") -> SignedNote:
    return SignedNote(
        text=(text if text is not None else text_of()).encode(),
        note_id="0f3c.1",
        template=template,
        participants=WHO,
        signed_at=NOW,
        start=NOW - timedelta(minutes=25),
        end=NOW - timedelta(minutes=5),
    )


def good_document(text: str | None = None) -> dict[str, Any]:
    """A document that every check accepts."""
    return document_reference(signed_note(text))


def changed(document: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """A copy with one change."""
    document = copy.deepcopy(document)
    change(document)
    return document


def with_bytes(document: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The document around other bytes, with the size and hash that belong to them."""
    document = copy.deepcopy(document)
    attachment = document["content"][0]["attachment"]
    attachment["data"] = base64.b64encode(data).decode()
    attachment["size"] = len(data)
    attachment["hash"] = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    return document


@dataclass
class SignedVisit:
    """A record with one signed visit in it."""

    store: Store
    user: User
    encounter: EncounterId
    text: bytes


def signed_visit(
    folder: Path, ehr_encounter_id: str, *, signer: str = "Dr. Daniel Reed", text: str = ""
) -> SignedVisit:
    """A store with a visit that was recorded, drafted and signed."""
    store = Store.open(Settings(data_dir=folder))
    user = store.add_user("reed", signer, "clinician", "a long enough passphrase")
    visit = store.open_encounter(user.id, ehr_encounter_id, CHART, "soap")
    store.record_consent(user.id, visit.id, True)
    store.set_state(user.id, visit.id, "recording")
    store.append_audio(visit.id, 0, b"\0\0" * 16000, 1)
    store.set_state(user.id, visit.id, "finishing")
    version = store.save_note(user.id, visit.id, NOTE, drafter="rules", base_version=None)
    store.set_state(user.id, visit.id, "drafted")
    body = (text or note_text(NOTE, Letterhead(CHART, signer, date.today()))).encode()
    store.sign(user.id, visit.id, version, hashlib.sha256(body).hexdigest(), "I approve this note.", body)
    return SignedVisit(store, user, visit.id, body)


_INSTEAD = {
    "error_before": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "busy": b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}


def impatient(ehr: Ehr, line: "FaultyLine", *, sure: bool = True) -> Ehr:
    """The same connection, which waits half a second for the answer to what the line breaks.

    It goes on when the line has forwarded the request, so that the EHR knows of it; not ``sure``, at once.
    """
    given_up = False

    def before(request: httpx.Request) -> None:
        nonlocal given_up
        if request.method == "POST" and request.url.path.endswith(f"/{line.kind}") and line.fault:
            given_up = True
            request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), 0.5)
        elif given_up and sure:
            assert line.forwarded.wait(60)

    ehr._transport._client.event_hooks["request"].append(before)
    return ehr


@dataclass
class FaultyLine:
    """A TCP line to a server that breaks the next POST of a resource type on purpose, as ``fault`` says.

    Faults: ``drop_request`` cuts before anything is forwarded, ``error_before`` answers 500 and ``busy`` 503 without
    forwarding; ``drop_answer`` forwards and cuts the answer, ``error_after`` forwards and answers 500, ``cut_answer``
    sends half the answer, ``hang`` forwards and says nothing, ``late`` says nothing and forwards after ``late_s`` or
    when ``hurry`` is set. ``forwarded`` tells that a request with a fault has been answered by the server.
    """

    port: int
    fault: str | None = None
    kind: str = "DocumentReference"
    late_s: float = 1.0
    posts: list[str] = field(default_factory=list)
    hurry: threading.Event = field(default_factory=threading.Event)
    forwarded: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "FaultyLine":
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.1)
        self.own_port = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.hurry.set()
        for thread in self._threads:
            thread.join(60)
        self._listener.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.own_port}/fhir"

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            self._start(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):  # whoever asked may be gone
            request = read_message(client)
            if not request:
                return
            target = request.split(b" ", 2)[1].decode()
            fault = None
            if request.startswith(b"POST "):
                self.posts.append(target)
                if target.endswith(f"/{self.kind}"):
                    fault, self.fault = self.fault, None
            if fault == "drop_request":
                return
            if fault in _INSTEAD:
                client.sendall(_INSTEAD[fault])
                return
            if fault == "late":
                self.hurry.wait(self.late_s)
            answer = self._forward(request)
            if fault:
                self.forwarded.set()
            if fault in ("drop_answer", "late"):
                return
            if fault == "hang":
                self._stop.wait(30)
                return
            if fault == "error_after":
                answer = _INSTEAD["error_before"]
            if fault == "cut_answer":
                answer = answer[: len(answer) // 2]
            client.sendall(answer)

    def _forward(self, request: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as server:
            server.sendall(request)
            return read_message(server)


def read_message(peer: socket.socket) -> bytes:
    """One HTTP message with Content-Length, or what came before the peer closed."""
    data = b""
    peer.settimeout(60)
    while b"\r\n\r\n" not in data:
        chunk = peer.recv(65536)
        if not chunk:
            return data
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":", 1)[1])
    while len(body) < length:
        chunk = peer.recv(65536)
        if not chunk:
            break
        body += chunk
    return head + b"\r\n\r\n" + body
