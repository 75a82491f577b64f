"""Records of earlier sets of tables open in this version, with everything in them. Files are named by migration."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select
from support import released
from support.released import CHART, CODE, FINDING, NOTE, PCM, SIGNED, STATES, TURN

from app.store import Store, schema
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


def rows(store: Store) -> dict[str, int]:
    with store._database.read() as connection:
        tables = schema.metadata.sorted_tables
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


def test_the_record_that_is_kept_with_each_has_rows_in_every_table(tmp_path: Path) -> None:
    store = Store.open(released.settings(tmp_path))
    released.fill(store)
    assert [name for name, count in rows(store).items() if not count] == []
    store.close()


def test_they_are_there() -> None:
    assert {path.stem for path in FILES} >= {"0006", "0012", "0013"}


@pytest.fixture
def desk(tmp_path: Path):
    """The oldest kept record that has rows of the coders' desk, of people's ways to sign in, and all the rest."""
    shutil.copy(FILES[0].with_name("0012.sqlite3"), tmp_path / DATABASE_FILE)
    store = Store.open(released.settings(tmp_path), clock=lambda: 1_790_000_100.0)
    yield store
    store.close()


def test_what_people_did_beside_recording_is_there(desk: Store) -> None:
    ada, carol = desk.verify_password("ada", released.PASSWORD), desk.users()[2]
    by_state = {encounter.state: encounter.id for encounter in desk.encounters(ada)}
    drafted, filed = by_state["drafted"], by_state["filed"]
    assert desk.review(drafted).state == "queried"
    assert [remark.text for remark in desk.remarks(drafted)] == [released.ASKED]
    assert [(one.code, one.verdict) for one in desk.decisions()] == [(CODE.code, "accepted")]
    assert desk.template("ours").title == "Ours"
    assert [amendment.text for amendment in desk.amendments(filed)] == [released.ADDED]
    assert [grant.reason for grant in desk.grants()] == ["unconscious"]
    assert desk.linked() == {carol.id}
    assert desk.kept_launch("launch-1") == (carol.id, b"{}")
    assert desk.voice(ada.id).print == released.PRINT
    assert [hold.reason for hold in desk.holds()] == [released.HELD]


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
