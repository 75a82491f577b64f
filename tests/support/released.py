"""Makes the record that a release leaves behind, for every later version to open: ``python -m support.released FILE``.

Run it once with each release and keep the file in ``tests/app/store/released/``.
"""

import shutil
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

from app.records import User
from app.settings import Settings
from app.store import Store
from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.findings import Finding, FindingKind
from visit.ids import FindingId, SentenceId, SubmissionId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.submissions import Submission, SubmissionState
from visit.turns import Speaker, Transcript, Turn

MASTER_KEY = "5d" * 32
PASSWORD = "correct horse battery"  # noqa: S105
PCM = bytes(range(256)) * 25
SIGNED = b"SUBJECTIVE\nDizziness at night.\n"
TURN = Turn(0, Speaker.PATIENT, "Dizzy at night.", 0, len(PCM) // 2)
CHART = Chart(patient_name="Juniper Example", medications=("lisinopril",))
FINDING = Finding(FindingId("f1"), FindingKind.SYMPTOM, "dizziness", "dizziness", (0,))
CODE = CodeSuggestion("R42", "Dizziness and giddiness", 0.9, "named", ())
NOTE = Note(
    (NoteSentence(SentenceId("s1"), Division.HISTORY, "Dizziness at night.", (0,), Verdict.SUPPORTED, Origin.RULES),)
)
STATES = ("open", "recording", "drafted", "filed")
"""One encounter of each, ``ehr-0`` to ``ehr-3``."""


def settings(folder: Path) -> Settings:
    """Settings that open such a record."""
    return Settings(_env_file=None, data_dir=folder, master_key=MASTER_KEY)  # type: ignore[call-arg, arg-type]


def fill(store: Store) -> None:
    """Users, and an encounter in each state."""
    ada = store.add_user("ada", "Dr Ada", "clinician", PASSWORD)
    store.add_user("root", "Root", "admin", PASSWORD)
    for number, state in enumerate(STATES):
        _encounter(store, ada, f"ehr-{number}", state)


def _encounter(store: Store, ada: User, ehr_id: str, state: str) -> None:
    encounter = store.open_encounter(ada.id, ehr_id, CHART, "soap").id
    if state == "open":
        return
    store.record_consent(ada.id, encounter, True)
    store.set_state(ada.id, encounter, "recording")
    store.append_audio(encounter, 0, PCM, 1)
    store.save_live_turn(encounter, TURN)
    store.append_event(encounter, {"type": "status", "state": "recording", "detail": None})
    if state == "recording":
        return
    store.set_state(ada.id, encounter, "finishing")
    store.save_transcript(encounter, Transcript((TURN,)))
    store.save_findings(encounter, (FINDING,))
    version = store.save_note(ada.id, encounter, NOTE, drafter="rules", base_version=None)
    store.save_codes(ada.id, encounter, (CODE,))
    store.set_state(ada.id, encounter, "drafted")
    if state == "drafted":
        return
    digest = sha256(SIGNED).hexdigest()
    store.sign(ada.id, encounter, version, digest, "I reviewed this.", SIGNED)
    filed = Submission(SubmissionId("sub-1"), encounter, version, SubmissionState.FILED, digest, "DocumentReference/1")
    store.save_submission(ada.id, filed)


def main() -> None:
    """Make the file."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(settings(Path(folder)), clock=lambda: 1_790_000_000.0)
        fill(store)
        store.close()
        shutil.copy(Path(folder) / "sidenote.sqlite3", sys.argv[1])


if __name__ == "__main__":
    main()
