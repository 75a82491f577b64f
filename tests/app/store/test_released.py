"""Records that released versions left behind open in this one, with everything in them."""

import shutil
from pathlib import Path

import pytest
from support import released
from support.released import CHART, CODE, FINDING, NOTE, PCM, SIGNED, STATES, TURN

from app.store import Store
from app.store.store import DATABASE_FILE
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

FILES = sorted((Path(__file__).parent / "released").glob("*.sqlite3"))


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def upgraded(request: pytest.FixtureRequest, tmp_path: Path):
    shutil.copy(request.param, tmp_path / DATABASE_FILE)
    store = Store.open(released.settings(tmp_path))
    yield store
    store.close()


def test_there_is_one() -> None:
    assert FILES


def test_everything_is_there(upgraded: Store) -> None:
    upgraded.integrity()
    ada = upgraded.verify_password("ada", released.PASSWORD)
    encounters = sorted(upgraded.encounters(ada), key=lambda encounter: encounter.ehr_encounter_id)
    assert tuple(encounter.state for encounter in encounters) == STATES
    assert all(encounter.chart == CHART for encounter in encounters)
    _, recording, drafted, filed = (encounter.id for encounter in encounters)
    for encounter in (recording, drafted, filed):
        assert upgraded.audio(encounter) == PCM
        assert upgraded.events(encounter)[0]["state"] == "recording"
        assert _same(upgraded.live_turns(encounter))
    for encounter in (drafted, filed):
        assert _same(upgraded.transcript(encounter).turns)
        assert upgraded.findings(encounter)[0].text == FINDING.text
        assert [sentence.text for sentence in upgraded.note(encounter).note.sentences] == [NOTE.sentences[0].text]
        assert upgraded.codes(encounter)[0].suggestion.code == CODE.code
    assert upgraded.signed_text(filed) == SIGNED
    assert upgraded.submission(filed).location == "DocumentReference/1"


def test_work_goes_on_in_it(upgraded: Store) -> None:
    ada = upgraded.verify_password("ada", released.PASSWORD)
    by_state = {encounter.state: encounter.id for encounter in upgraded.encounters(ada)}
    recording = by_state["recording"]
    assert upgraded.append_audio(recording, len(PCM) // 2, PCM, 1) == len(PCM)
    upgraded.save_live_turn(recording, Turn(1, Speaker.CLINICIAN, "Since when?"))
    upgraded.set_state(ada.id, recording, "finishing")
    upgraded.save_note(ada.id, by_state["drafted"], NOTE, drafter="rules", base_version=1)
    upgraded.hold(ada.id, by_state["filed"], "case 1")
    upgraded.release(ada.id, by_state["filed"])
    upgraded.erase(ada.id, by_state["filed"], "encounter")
    upgraded.integrity()


def _same(turns: tuple[Turn, ...]) -> bool:
    return [(turn.speaker, turn.text, turn.start, turn.end) for turn in turns] == [
        (TURN.speaker, TURN.text, TURN.start, TURN.end)
    ]
