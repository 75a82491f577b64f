"""How fast a server starts on a record that is full of finished visits."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from support.engines import speech
from support.server import PASSWORD, settings

from app.ehr.sandbox import free_port
from app.security.keys import load_keys
from app.store import Store
from app.store.database import AnyDatabase
from app.store.engine import Database
from app.store.part import SYSTEM
from app.store.revisions import Revision
from app.store.store import DATABASE_FILE
from app.wire import views
from app.wire.messages import Status, TurnEvent
from bench.load.serving import cpu_seconds, start
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.codes import CodeEvidence, CodeSuggestion
from visit.findings import Finding, FindingKind
from visit.ids import EncounterId, FindingId, SentenceId, UserId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Transcript, Turn

STARTS = 3
USERS = 20
BATCH = 250
"""Visits that are filled in in one transaction."""

OPEN, OWED = 50, 5
"""Of the last visits so many are still open, and so many are owed a final pass; the others are signed."""

TURN_COUNT = 4
SOUND = speech(2, 3)
TURNS = tuple(
    Turn(n, (Speaker.CLINICIAN, Speaker.PATIENT)[n % 2], f"What is said in turn {n}. " * 4, 1600 * n, 1600 * n + 1500)
    for n in range(TURN_COUNT)
)
FINDINGS = tuple(
    Finding(FindingId(f"f{n}"), FindingKind.SYMPTOM, "cough", "cough", (n,)) for n in range(1, TURN_COUNT, 2)
)
SENTENCES = tuple(
    NoteSentence(SentenceId(f"s{n}"), Division.HISTORY, f"Sentence {n}.", (n,), Verdict.SUPPORTED, Origin.RULES)
    for n in range(1, TURN_COUNT, 2)
)
CODES = (CodeSuggestion("R05.9", "Cough", 0.5, "said", (CodeEvidence("Sentence 1.", SentenceId("s1"), (1,)),)),)


def measure_restart(data: Path, encounters: int) -> dict[str, object]:
    """Fill a record, then start a server on it as after a crash, a few times."""
    began = time.monotonic()
    if not (data / DATABASE_FILE).exists():
        fill(data, encounters)
    filled = time.monotonic() - began
    times, used = [], []
    for _ in range(STARTS):
        began = time.monotonic()
        server = start(data, free_port(), "silent")
        times.append(round(time.monotonic() - began, 2))
        used.append(round(cpu_seconds(server.pid), 2))
        server.kill()
        server.wait()
    with closing(Store.open(settings(data, 8000))) as store:
        states, (entries, _) = dict(store.count_encounters()), store.audit_end()
    size = sum(path.stat().st_size for path in data.iterdir()) >> 20
    return {
        "encounters": states,
        "audit_entries": entries,
        "megabytes": size,
        "filled_s": round(filled),
        "serving_s": times,
        "serving_cpu_s": used,
    }


def fill(data: Path, encounters: int) -> None:
    """Visits as the product writes them, row by row, only many to a transaction."""
    chosen = settings(data, 8000)
    with closing(Store.open(chosen)) as store:
        owners = [store.add_user(f"user{n}", f"Dr {n}", "clinician", PASSWORD).id for n in range(USERS)]
    keys = load_keys(chosen, may_create=False)
    with closing(Database(data / DATABASE_FILE, keys.database)) as database:
        for first in range(0, encounters, BATCH):
            with database.change() as connection:
                bulk = Store.on(chosen, keys, OneTransaction(database, connection), time.time)
                for number in range(first, min(first + BATCH, encounters)):
                    left = encounters - number
                    until = "open" if left <= OPEN else "owed" if left <= OPEN + OWED else "signed"
                    one_visit(bulk, owners[number % USERS], number, until)


def one_visit(store: Store, owner: UserId, number: int, until: str) -> None:
    """One visit from its opening to its signature, or as far as it went."""
    chart = Chart(patient_name="Example", medications=("lisinopril",), allergies=("penicillin",))
    visit = store.open_encounter(owner, f"ehr-{number}", chart, "soap").id
    store.record_consent(owner, visit, True)
    if until == "open":
        return
    store.set_state(owner, visit, "recording")
    store.append_audio(visit, 0, SOUND, 1)
    for turn in TURNS:
        tell(store, visit, TurnEvent(turn=views.turn_view(turn)))
        store.save_live_turn(visit, turn)
    store.set_state(owner, visit, "finishing")
    store.save_transcript(visit, Transcript(TURNS), "live")
    store.save_findings(visit, FINDINGS)
    store.save_note(SYSTEM, visit, Note(SENTENCES), drafter="rules", base_version=None)
    store.set_state(SYSTEM, visit, "drafted")
    if until == "owed":
        return
    final = Transcript(TURNS, duration_s=len(SOUND) / 2 / SAMPLE_RATE, model="none")
    store.save_revision(visit, Revision(final, FINDINGS, Note(SENTENCES), "rules", CODES))
    tell(store, visit, Status(state="drafted", detail="final.done"))
    text = "\n".join(sentence.text for sentence in SENTENCES).encode()
    store.sign(owner, visit, 2, hashlib.sha256(text).hexdigest(), "I attest.", text)


def tell(store: Store, visit: EncounterId, message: TurnEvent | Status) -> None:
    """Keep an event."""
    store.append_event(visit, message.model_dump(mode="json"))


@dataclass(frozen=True)
class OneTransaction:
    """A database in which everything happens in one transaction of another one."""

    database: AnyDatabase
    connection: Connection

    @contextmanager
    def change(self) -> Iterator[Connection]:
        """The transaction."""
        yield self.connection

    read = change

    def __getattr__(self, name: str) -> Any:
        """The rest is the database's."""
        return getattr(self.database, name)
