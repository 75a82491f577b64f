"""What a final pass makes: all of it or nothing, whatever comes in between."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.errors import Conflict
from app.records import User
from app.settings import Settings
from app.store import Store
from app.store.revisions import Revision
from visit.codes import CodeEvidence, CodeSuggestion
from visit.findings import Finding, FindingKind
from visit.ids import FindingId, SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Transcript, Turn

pytestmark = pytest.mark.unit


def revision(place: int, **more: object) -> Revision:
    """A visit in which everything rests on the turn at ``place``, the last one."""
    turns = tuple(
        Turn(index, Speaker.PATIENT, f"turn {index}", 10 * index, 10 * index + 9) for index in range(place + 1)
    )
    finding = Finding(FindingId("f"), FindingKind.SYMPTOM, "cough", "cough", (place,))
    sentence = NoteSentence(SentenceId("s"), Division.HISTORY, "Cough.", (place,), Verdict.SUPPORTED, Origin.RULES)
    code = CodeSuggestion("R05.9", "Cough", 0.5, "said", (CodeEvidence("Cough.", SentenceId("s"), (place,)),))
    return Revision(Transcript(turns), (finding,), Note((sentence,)), "rules", (code,), **more)  # type: ignore[arg-type]


def places(store: Store, encounter: str) -> set[int]:
    """Where the newest of everything points; one place when nothing was torn."""
    transcript = store.transcript(encounter)
    (sentence,), (finding,) = store.note(encounter).note.sentences, store.findings(encounter)
    (code,) = store.codes(encounter)
    (evidence,) = code.suggestion.evidence
    return {len(transcript.turns) - 1, *sentence.evidence, *finding.turns, *evidence.turns}  # type: ignore[union-attr]


def test_all_of_it_is_kept(store: Store, advance) -> None:
    encounter = advance("drafted").id
    store.save_revision(encounter, revision(3))
    assert places(store, encounter) == {3}
    assert store.note(encounter).version == 2
    assert store.has_final_transcript(encounter)
    actions = [entry.action for entry in store.audit_entries(target=f"encounter:{encounter}")]
    assert actions[-3:] == ["transcript.final", "note.drafted", "codes.suggested"]


def test_a_note_that_stays_is_no_new_version(store: Store, advance) -> None:
    encounter = advance("drafted").id
    kept = revision(2)
    store.save_revision(encounter, Revision(kept.transcript, kept.findings, None, "rules", base_version=1))
    assert (store.note(encounter).version, store.transcript(encounter)) == (1, kept.transcript)


@pytest.mark.parametrize("base", [None, 1])
def test_an_edit_that_it_does_not_know_keeps_it_out_whole(store: Store, ada: User, advance, note, base) -> None:
    encounter = advance("drafted").id
    store.save_note(ada.id, encounter, note("Edited."), drafter="rules", base_version=1)
    with pytest.raises(Conflict) as refused:
        store.save_revision(encounter, revision(3, base_version=base))
    assert (refused.value.code, refused.value.extra["version"]) == ("conflict.version", 2)
    assert store.transcript(encounter) is None
    assert store.findings(encounter) == ()


def test_a_failure_at_the_last_step_takes_the_first_back(
    store: Store, advance, monkeypatch: pytest.MonkeyPatch
) -> None:
    encounter = advance("drafted").id
    store.save_revision(encounter, revision(1))

    def fails(*_: object) -> None:
        raise OSError("killed")

    monkeypatch.setattr(store, "_suggest", fails)
    with pytest.raises(OSError, match="killed"):
        store.save_revision(encounter, revision(3))
    assert places(store, encounter) == {1}


REVISER = """
import itertools, sys
from pathlib import Path
from app.settings import Settings
from app.store import Store
from test_revisions import revision
store = Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
for n in itertools.count():
    store.save_revision(sys.argv[2], revision(n % 7))
    print(n, flush=True)
"""


@pytest.mark.fault
def test_a_kill_never_leaves_evidence_in_another_transcript(
    store: Store, settings: Settings, advance, environment: dict[str, str]
) -> None:
    encounter = advance("drafted").id
    store.close()
    environment["PYTHONPATH"] += f":{Path(__file__).parent}"
    chance = random.Random(5)
    for _ in range(int(os.environ.get("SIDENOTE_TEST_KILLS", "1"))):
        command = [sys.executable, "-c", REVISER, str(settings.data_dir), encounter]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"0\n"
            time.sleep(chance.uniform(0.0, 0.2))
            process.kill()
        again = Store.open(settings)
        assert len(places(again, encounter)) == 1
        again.integrity()
        again.close()
