"""Audio is gapless, durable when acknowledged, and sealed in its place."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.errors import Broken, Conflict, InvalidInput, TooMuch
from app.settings import Settings
from app.store import Store
from app.store import audio as module
from visit.charts import Chart
from visit.ids import EncounterId
from visit.turns import Speaker, Transcript, Turn

pytestmark = pytest.mark.unit


def pcm(first: int, samples: int, channels: int = 1) -> bytes:
    """Samples that tell their own place."""
    return b"".join(((first + i) % 30_000).to_bytes(2, "little") * channels for i in range(samples))


def test_segments_join(store: Store, advance) -> None:
    encounter = advance("recording").id
    assert store.append_audio(encounter, 0, pcm(0, 100), 1) == 100
    assert store.append_audio(encounter, 100, pcm(100, 50), 1) == 150
    assert store.samples(encounter) == 150
    assert store.audio(encounter) == pcm(0, 150)


CLIPS = [(0, 300), (50, 250), (99, 101), (100, 200), (0, 0), (250, 900), (299, None)]


@pytest.mark.parametrize(("start", "end"), CLIPS)
@pytest.mark.parametrize("channels", [1, 2])
def test_any_clip(store: Store, advance, start: int, end: int | None, channels: int) -> None:
    encounter = advance("recording").id
    for first in (0, 100, 200):
        store.append_audio(encounter, first, pcm(first, 100, channels), channels)
    through = 300 if end is None else min(end, 300)
    assert store.audio(encounter, start, end) == pcm(start, through - start, channels)


def test_long_audio_comes_in_chunks(store: Store, advance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK_SEGMENTS", 3)
    encounter = advance("recording").id
    for first in range(0, 1000, 100):
        store.append_audio(encounter, first, pcm(first, 100), 1)
    assert len(list(store.audio_chunks(encounter))) == 10
    assert store.audio(encounter, 150, 950) == pcm(150, 800)


def test_duplicates_are_skipped_and_overlaps_trimmed(store: Store, advance) -> None:
    encounter = advance("recording").id
    store.append_audio(encounter, 0, pcm(0, 100), 1)
    assert store.append_audio(encounter, 0, pcm(0, 100), 1) == 100
    assert store.append_audio(encounter, 20, pcm(20, 30), 1) == 100
    assert store.append_audio(encounter, 60, pcm(60, 100), 1) == 160
    assert store.append_audio(encounter, 160, b"", 1) == 160
    assert store.audio(encounter) == pcm(0, 160)


def test_a_gap_is_refused_with_the_sample_expected(store: Store, advance) -> None:
    encounter = advance("recording").id
    store.append_audio(encounter, 0, pcm(0, 100), 1)
    with pytest.raises(Conflict) as gap:
        store.append_audio(encounter, 101, pcm(101, 10), 1)
    assert (gap.value.code, gap.value.extra["next_sample"]) == ("conflict.gap", 100)
    assert store.samples(encounter) == 100


@pytest.mark.parametrize("state", ["open", "finishing", "drafted"])
def test_only_a_recording_takes_audio(store: Store, advance, state: str) -> None:
    with pytest.raises(Conflict) as closed:
        store.append_audio(advance(state).id, 0, pcm(0, 10), 1)
    assert (closed.value.code, closed.value.extra["next_sample"]) == ("conflict.closed", 0)


def test_channels_do_not_change(store: Store, advance) -> None:
    encounter = advance("recording").id
    store.append_audio(encounter, 0, pcm(0, 10, 2), 2)
    assert store.encounter(encounter).channels == 2
    with pytest.raises(Conflict) as changed:
        store.append_audio(encounter, 10, pcm(10, 10), 1)
    assert changed.value.code == "conflict.channels"


@pytest.mark.parametrize(("first", "data", "channels"), [(0, b"x", 1), (0, b"xx", 2), (-1, b"xx", 1), (0, b"xx", 3)])
def test_malformed_audio_is_refused(store: Store, advance, first: int, data: bytes, channels: int) -> None:
    with pytest.raises(InvalidInput):
        store.append_audio(advance("recording").id, first, data, channels)


def test_a_visit_has_an_end(settings: Settings, clock) -> None:
    store = Store.open(settings.model_copy(update={"max_visit_s": 1}), clock=clock)
    user = store.add_user("eve", "Eve", "clinician", "correct horse battery")
    encounter = store.open_encounter(user.id, "ehr-1", Chart(), "soap").id
    store.record_consent(user.id, encounter, True)
    store.set_state(user.id, encounter, "recording")
    store.append_audio(encounter, 0, bytes(32_000), 1)
    with pytest.raises(TooMuch) as long:
        store.append_audio(encounter, 16_000, bytes(2), 1)
    assert long.value.code == "limit.visit"
    store.close()


def test_a_changed_a_moved_and_a_missing_segment_are_found(store: Store, advance) -> None:
    one, two = advance("recording").id, advance("recording").id
    for encounter in (one, two):
        for first in (0, 10, 20):
            store.append_audio(encounter, first, pcm(first, 10), 1)
    copy = "UPDATE audio SET sealed = (SELECT sealed FROM audio WHERE {}) WHERE {}"
    place = "encounter = :{} AND first_sample = {}"
    tamper(store, copy.format(place.format("one", 0), place.format("two", 0)), one=one, two=two)
    tamper(store, copy.format(place.format("one", 10), place.format("one", 20)), one=one)
    assert store.audio(one, 0, 20) == pcm(0, 20)
    with pytest.raises(Broken, match="integrity"):
        store.audio(two)
    with pytest.raises(Broken, match="integrity"):
        store.audio(one)
    for first in (10, 20):
        tamper(store, "DELETE FROM audio WHERE encounter = :one AND first_sample = :first", one=one, first=first)
        with pytest.raises(Broken, match="missing"):
            store.audio(one)


def tamper(store: Store, statement: str, **values: object) -> None:
    with store._database.change() as connection:
        connection.execute(text(statement), values)


def test_storage_began_is_audited_once(store: Store, advance) -> None:
    encounter = advance("recording").id
    for first in (0, 10, 20):
        store.append_audio(encounter, first, pcm(first, 10), 1)
    entries = store.audit_entries(target=f"encounter:{encounter}")
    assert [entry.action for entry in entries].count("audio.began") == 1


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frames=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=15))
def test_what_is_stored_is_a_gapless_prefix(store: Store, advance, frames: list[tuple[int, int]]) -> None:
    encounter = advance("recording").id
    stored = 0
    for first, samples in frames:
        if first > stored:
            with pytest.raises(Conflict):
                store.append_audio(encounter, first, pcm(first, samples), 1)
        else:
            stored = max(stored, first + samples)
            assert store.append_audio(encounter, first, pcm(first, samples), 1) == stored
    assert store.audio(encounter) == pcm(0, stored)


WRITER = """
import sys
from pathlib import Path
from app.settings import Settings
from app.store import Store
store = Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1])))
for n in range(100000):
    through = store.append_audio(sys.argv[2], n * 160, n.to_bytes(2, "little") * 160, 1)
    store.append_event(sys.argv[2], {"type": "ack", "durable_through": through})
    print(through, flush=True)
"""


@pytest.mark.fault
@pytest.mark.parametrize("acknowledgements", [1, 17, 60])
def test_what_was_acknowledged_survives_a_kill(
    settings: Settings, acknowledgements: int, environment: dict[str, str]
) -> None:
    store = Store.open(settings)
    user = store.add_user("eve", "Eve", "clinician", "correct horse battery")
    encounter = store.open_encounter(user.id, "ehr-1", Chart(), "soap").id
    store.record_consent(user.id, encounter, True)
    store.set_state(user.id, encounter, "recording")
    store.close()
    acknowledged = run_and_kill(settings.data_dir, encounter, acknowledgements, environment)
    again = Store.open(settings)
    again.integrity()
    stored = again.samples(encounter)
    assert stored >= acknowledged
    assert stored % 160 == 0
    assert again.audio(encounter) == b"".join(n.to_bytes(2, "little") * 160 for n in range(stored // 160))
    events = again.events(encounter)
    assert [event["event"] for event in events] == list(range(1, len(events) + 1))
    assert len(events) >= acknowledgements
    assert again.append_audio(encounter, stored, bytes(320), 1) == stored + 160
    again.close()


def run_and_kill(folder: Path, encounter: EncounterId, acknowledgements: int, environment: dict[str, str]) -> int:
    """Append in another process, SIGKILL it in mid-work, and return the last sample it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), encounter], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    acknowledged = 0
    for _ in range(acknowledgements):
        acknowledged = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split(b"\n")[:-1]
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return int(rest[-1]) if rest else acknowledged


@pytest.mark.fault
@pytest.mark.sqlite
def test_nothing_said_is_readable_in_the_raw_files(settings: Settings, tmp_path: Path) -> None:
    store = Store.open(settings)
    user = store.add_user("eve", "Eve", "clinician", "correct horse battery")
    encounter = store.open_encounter(user.id, "ehr-1", Chart(patient_name="Quokka Wombat"), "soap").id
    store.record_consent(user.id, encounter, True)
    store.set_state(user.id, encounter, "recording")
    store.append_audio(encounter, 0, b"quokka" * 1000, 1)
    store.save_live_turn(encounter, Turn(0, Speaker.PATIENT, "quokka"))
    store.save_transcript(encounter, Transcript((Turn(0, Speaker.PATIENT, "quokka " * 100),)))
    store.append_event(encounter, {"type": "words", "text": "quokka"})
    files = {path.name: path.read_bytes() for path in settings.data_dir.iterdir()}
    assert any(name.endswith("-wal") and len(raw) > 10_000 for name, raw in files.items())
    store.close()
    files |= {f"{path.name} closed": path.read_bytes() for path in settings.data_dir.iterdir()}
    for name, raw in files.items():
        assert b"quokka" not in raw.lower(), name
        assert "quokka".encode("utf-16-le") not in raw, name
