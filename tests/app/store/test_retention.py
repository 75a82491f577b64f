"""Retention: what is due is deleted, what is held stays, and nothing of what was deleted is left in any file.

``SIDENOTE_TEST_KILLS`` sets how many moments of erasing are tried.
"""

import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.raw import decrypted, holding

from app.errors import Conflict, NotFound
from app.records import Encounter, User
from app.security.keys import load_keys
from app.settings import Settings
from app.store import Store
from app.store.retention import DAY_S, TABLES, Due
from app.store.store import DATABASE_FILE
from visit.charts import Chart
from visit.ids import SentenceId, SubmissionId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.submissions import Submission, SubmissionState
from visit.turns import Speaker, Transcript, Turn

pytestmark = pytest.mark.unit

SAID = b"quokka"
TEXT = b"Quokka bite, day two."
NOTE = Note((NoteSentence(SentenceId("s1"), Division.HISTORY, "Quokka bite.", (0,), Verdict.SUPPORTED, Origin.RULES),))
RULES = {"retention_audio_days": 30, "retention_transcript_days": 60, "retention_encounter_days": 400}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update=RULES)


def filed(store: Store, advance, ada: User) -> Encounter:
    """A filed encounter with everything in it that was said."""
    encounter = advance("recording")
    store.append_audio(encounter.id, 0, SAID * 4000, 1)
    store.save_live_turn(encounter.id, Turn(0, Speaker.PATIENT, "quokka"))
    store.append_event(encounter.id, {"type": "words", "text": "quokka"})
    store.append_event(encounter.id, {"type": "words", "text": "quokka again"})
    store.set_state(ada.id, encounter.id, "finishing")
    store.save_transcript(encounter.id, Transcript((Turn(0, Speaker.PATIENT, "quokka " * 300),)))
    version = store.save_note(ada.id, encounter.id, NOTE, drafter="rules", base_version=None)
    store.set_state(ada.id, encounter.id, "drafted")
    digest = hashlib.sha256(TEXT).hexdigest()
    store.sign(ada.id, encounter.id, version, digest, "I reviewed this.", TEXT)
    submission = Submission(SubmissionId("s-" + encounter.id), encounter.id, version, SubmissionState.FILED, digest)
    store.save_submission(ada.id, submission)
    return store.encounter(encounter.id)


def test_each_kind_has_its_time(store: Store, advance, ada: User, clock) -> None:
    encounter = filed(store, advance, ada)
    assert store.due() == []
    clock.advance(30 * DAY_S)
    assert store.run_retention() == [Due(encounter.id, "audio")]
    with store._database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM audio").scalar() == 0
    assert store.transcript(encounter.id) is not None
    clock.advance(30 * DAY_S)
    assert store.run_retention() == [Due(encounter.id, "transcript")]
    assert store.transcript(encounter.id) is None
    assert store.findings(encounter.id) == ()
    assert store.signed_text(encounter.id) == TEXT
    assert store.run_retention() == []
    clock.advance(340 * DAY_S)
    assert store.run_retention() == [Due(encounter.id, "encounter")]
    with pytest.raises(NotFound):
        store.encounter(encounter.id)
    erased = [entry.action for entry in store.audit_entries() if entry.action.endswith(".erased")]
    assert erased == ["audio.erased", "transcript.erased", "encounter.erased"]
    store.integrity()


def test_event_numbers_go_on(store: Store, advance, ada: User) -> None:
    encounter = filed(store, advance, ada)
    before = store.last_event(encounter.id)
    store.erase(ada.id, encounter.id, "transcript")
    assert store.events(encounter.id) == [{"type": "status", "state": "filed", "detail": None, "event": before + 1}]


def test_visits_that_are_not_filed_lose_nothing_but_at_the_very_end(store: Store, advance, ada: User, clock) -> None:
    signedless, busy = advance("drafted"), advance("recording")
    clock.advance(399 * DAY_S)
    assert store.due() == []
    clock.advance(DAY_S)
    assert store.due() == [Due(signedless.id, "encounter")]
    with pytest.raises(Conflict) as at_work:
        store.erase(ada.id, busy.id, "encounter")
    assert at_work.value.code == "conflict.busy"


def test_a_hold_keeps_everything_until_it_is_released(store: Store, advance, ada: User, clock) -> None:
    encounter = filed(store, advance, ada)
    store.hold(ada.id, encounter.id, "case 12-345")
    clock.advance(1000 * DAY_S)
    assert store.due() == []
    for kind in TABLES:
        with pytest.raises(Conflict) as held:
            store.erase(ada.id, encounter.id, kind)
        assert held.value.code == "conflict.held"
    assert [(hold.encounter, hold.by, hold.reason) for hold in store.holds()] == [(encounter.id, ada.id, "case 12-345")]
    store.release(ada.id, encounter.id)
    with pytest.raises(NotFound):
        store.release(ada.id, encounter.id)
    assert store.run_retention() == [Due(encounter.id, "encounter")]


def test_every_table_that_names_an_encounter_is_emptied(store: Store, advance, ada: User) -> None:
    encounter, other = filed(store, advance, ada), filed(store, advance, ada)
    store.break_glass(
        store.add_user("bob", "Bob", "clinician", "correct horse battery"), encounter.ehr_encounter_id, "x"
    )
    store.erase(ada.id, encounter.id, "encounter")
    with store._database.read() as connection:
        for table in TABLES["encounter"]:
            left = connection.exec_driver_sql(f"SELECT encounter FROM {table.name}").scalars().all()
            assert encounter.id not in left, table.name
    assert store.audio(other.id) == SAID * 4000


def test_nothing_is_kept_for_ever_unless_asked(tmp_path: Path, clock) -> None:
    plain = Settings(_env_file=None, data_dir=tmp_path / "plain")  # type: ignore[call-arg]
    store = Store.open(plain, clock=clock)
    ada = store.add_user("ada", "Ada", "clinician", "correct horse battery")
    store.open_encounter(ada.id, "ehr-1", Chart(), "soap")
    clock.advance(100_000 * DAY_S)
    assert store.due() == []
    store.close()


@pytest.mark.fault
@pytest.mark.sqlite
def test_not_even_the_master_key_finds_what_was_erased(store: Store, advance, ada: User, settings: Settings) -> None:
    """Sealed rows and the wrapped key are looked for in every decrypted page, free ones included."""
    encounter, path = filed(store, advance, ada), settings.data_dir / DATABASE_FILE
    with store._database.read() as connection:
        marks = [connection.exec_driver_sql("SELECT wrapped FROM data_keys").scalar()]
        for table in ("audio", "turns", "transcripts", "notes", "events"):
            marks += [sealed[:64] for sealed in connection.exec_driver_sql(f"SELECT sealed FROM {table}").scalars()]
    key = load_keys(settings, may_create=False).database
    store.forget_deleted()
    assert all(mark in decrypted(path, key) for mark in marks), "the search finds them while they are there"
    store.erase(ada.id, encounter.id, "encounter")
    store.forget_deleted()
    pages = decrypted(path, key)
    assert [mark for mark in marks if mark in pages] == []
    assert path.with_name(f"{DATABASE_FILE}-wal").stat().st_size == 0
    assert holding(settings.data_dir, SAID, TEXT) == []


ERASER = """
import sys
from pathlib import Path
from app.settings import Settings
from app.store import Store
from app.store.part import SYSTEM
store = Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
with store._database.read() as connection:
    due = connection.exec_driver_sql("SELECT id FROM encounters").scalars().all()
for encounter in due[1:]:
    store.erase(SYSTEM, encounter, "encounter")
    print(encounter, flush=True)
store.forget_deleted()
"""


@pytest.mark.fault
@pytest.mark.parametrize("seed", range(int(os.environ.get("SIDENOTE_TEST_KILLS", "1"))))
def test_killed_while_erasing_it_is_finished_later(
    store: Store, advance, ada: User, settings: Settings, environment: dict[str, str], seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        filed(store, advance, ada)  # the first is left alone, however late the kill comes
    store.close()
    command = [sys.executable, "-c", ERASER, str(settings.data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        gone = [process.stdout.readline().decode().strip() for _ in range(chance.randint(1, 6))]
        time.sleep(chance.uniform(0.0, 0.005))
        process.kill()
    assert holding(settings.data_dir, SAID, TEXT) == []
    again = Store.open(settings)
    again.integrity()
    left = {encounter.id for encounter in again.encounters(ada)}
    assert 0 < len(left) <= 12 - len(gone)
    assert not left & set(gone)
    for encounter in left:
        assert again.audio(encounter) == SAID * 4000
    again.run_retention()
    again.close()
    assert holding(settings.data_dir, SAID, TEXT) == []
