"""Makes a record with rows in every table, for every later version to open: ``python -m support.released FILE``.

Run it with each release, and whenever the tables have changed, and keep the file in ``tests/app/store/released/`` under
the number of the newest migration.
"""

import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from app.errors import NotAuthenticated
from app.records import User
from app.settings import Settings
from app.store import Store
from app.store.amendments import NewAmendment
from app.store.identities import Identity
from prompts import templates
from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.findings import Finding, FindingKind
from visit.ids import EncounterId, FindingId, SentenceId, SubmissionId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.submissions import Submission, SubmissionState
from visit.turns import Speaker, Transcript, Turn
from visit.voices import VoicePrint

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
TEMPLATE = replace(templates.load("soap"), name="ours", title="Ours")
PRINT = VoicePrint((0.6, 0.8), "a-model")
ADDED = b"The result arrived.\n"
ASKED = "Since when?"
HELD = "case 12-345"
STATES = ("open", "recording", "drafted", "filed")
"""One encounter of each, ``ehr-0`` to ``ehr-3``."""


def settings(folder: Path) -> Settings:
    """Settings that open such a record."""
    return Settings(_env_file=None, data_dir=folder, master_key=MASTER_KEY)  # type: ignore[call-arg, arg-type]


def fill(store: Store) -> None:
    """An encounter in each state, and everything that people do beside recording it: rows in every table."""
    ada = store.add_user("ada", "Dr Ada", "clinician", PASSWORD)
    store.add_user("root", "Root", "admin", PASSWORD)
    encounters = [_encounter(store, ada, f"ehr-{number}", state) for number, state in enumerate(STATES)]
    _desk(store, ada, encounters[STATES.index("drafted")])
    _filed_since(store, ada, encounters[STATES.index("filed")])
    _people(store, ada, encounters[0])


def _desk(store: Store, ada: User, drafted: EncounterId) -> None:
    """What a coder did, and a format of the clinic's own."""
    cody = store.add_user("cody", "Cody", "coder", PASSWORD)
    store.move_review(cody, drafted, "claim")
    store.decide_code(cody.id, drafted, CODE.code, "accepted", model="one")
    store.move_review(cody, drafted, "ask", ASKED)
    store.save_template(ada.id, TEMPLATE)


def _filed_since(store: Store, ada: User, filed: EncounterId) -> None:
    """An addendum, and a colleague who looked in an emergency."""
    store.amend(ada.id, filed, NewAmendment("addendum", ADDED, "I add this."))
    bob = store.add_user("bob", "Dr Bob", "clinician", PASSWORD)
    store.break_glass(bob, store.encounter(filed).ehr_encounter_id, "unconscious")


def _people(store: Store, ada: User, held: EncounterId) -> None:
    """Ways to sign in, somebody who failed to, a voice, a legal hold."""
    identified = Identity("https://login.example.org", "s-1", "carol", "Dr Carol", "clinician")
    carol = store.identified(identified, provision=True)
    store.begin_factor(carol)
    store.keep_launch("launch-1", carol.id, b"{}")
    token, _ = store.create_session(ada)
    store.create_ticket(ada.id, held, "https://notes.example.org", session_token=token)
    with suppress(NotAuthenticated):
        store.verify_password("nobody", "not the password")
    store.enrol_voice(ada.id, PRINT)
    store.hold(ada.id, held, HELD)


def _encounter(store: Store, ada: User, ehr_id: str, state: str) -> EncounterId:
    encounter = store.open_encounter(ada.id, ehr_id, CHART, "soap").id
    if state != "open":
        _record(store, ada, encounter, state)
    return encounter


def _record(store: Store, ada: User, encounter: EncounterId, state: str) -> None:
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
