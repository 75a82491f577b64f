"""Uploads in, clips out."""

import asyncio
import io
import wave
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.errors import InvalidInput
from app.live.plain import PlainFile
from app.rest.context import Service

pytestmark = pytest.mark.unit


class Receiver:
    """Stands for the visits: notes what it was given, and deletes it or refuses it."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes, int]] = []
        self.refusal: Exception | None = None

    async def upload(self, encounter_id: str, file: PlainFile) -> None:
        await asyncio.to_thread(self._take, encounter_id, file)

    def _take(self, encounter_id: str, file: PlainFile) -> None:
        self.got.append((encounter_id, file.path.read_bytes(), file.path.stat().st_mode & 0o777))
        self.file = file
        if self.refusal:
            raise self.refusal
        file.close()


@pytest.fixture
def receiver(house) -> Receiver:
    receiver = Receiver()
    old: Service = house.client.app.state.service
    house.client.app.state.service = replace(old, visits=receiver)
    return receiver


@pytest.fixture
def target(house) -> str:
    encounter = house.encounter(state="open")
    house.store.record_consent(house.people["clinician"].id, encounter.id, True)
    return f"/api/encounters/{encounter.id}/upload"


KEPT = ("sidenote", "master", "lock", "server.lock", "checkpoints")


def left_behind(house) -> list[str]:
    return [path.name for path in house.settings.data_dir.iterdir() if not path.name.startswith(KEPT)]


def test_a_file_is_handed_over_whole_and_private(house, receiver: Receiver, target: str) -> None:
    sound = bytes(range(256)) * 9000
    answer = house.sign_in("clinician").post(target, content=sound, headers={"Content-Type": "audio/mpeg"})
    assert answer.status_code == 202
    assert receiver.got == [(target.split("/")[3], sound, 0o600)]
    assert left_behind(house) == []


@pytest.mark.parametrize("refusal", [InvalidInput("No sound.", code="input.audio.empty"), RuntimeError("quokka")])
def test_nothing_is_left_of_a_refused_file(house, receiver: Receiver, target: str, refusal: Exception) -> None:
    receiver.refusal = refusal
    answer = house.sign_in("clinician").post(target, content=b"noise", headers={"Content-Type": "audio/wav"})
    assert answer.status_code in (422, 500)
    assert "quokka" not in answer.text
    assert receiver.file.closed
    assert left_behind(house) == []


def test_bad_uploads(house, receiver: Receiver, target: str) -> None:
    caller = house.sign_in("clinician")
    empty = caller.post(target, content=b"", headers={"Content-Type": "audio/wav"})
    assert (empty.status_code, empty.json()["code"]) == (422, "input.empty")
    for kind in ("text/plain", "application/json", ""):
        wrong = caller.post(target, content=b"x", headers={"Content-Type": kind})
        assert (wrong.status_code, wrong.json()["code"]) == (422, "input.media_type")
    assert receiver.got == []
    assert left_behind(house) == []


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_file_is_refused(house, receiver: Receiver, target: str, chunked: bool) -> None:
    old: Service = house.client.app.state.service
    small = old.settings.model_copy(update={"max_upload_mb": 1})
    house.client.app.state.service = replace(old, settings=small)

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield bytes(100_000)

    content = pieces() if chunked else bytes(2_000_000)
    answer = house.sign_in("clinician").post(target, content=content, headers={"Content-Type": "audio/wav"})
    assert (answer.status_code, answer.json()["code"]) == (413, "limit.upload")
    assert receiver.got == []
    assert left_behind(house) == []


def test_a_recorded_visit_takes_no_file(house, receiver: Receiver) -> None:
    encounter = house.encounter(state="drafted")
    answer = house.sign_in("clinician").post(
        f"/api/encounters/{encounter.id}/upload", content=b"x", headers={"Content-Type": "audio/wav"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict.closed")


def test_clips(house) -> None:
    encounter = house.encounter()
    caller = house.sign_in("clinician")
    whole = house.store.audio(encounter.id)
    for query, expected in (
        ("", whole),
        ("?start=100&end=300", whole[200:600]),
        ("?start=31999&end=99999", whole[-2:]),
    ):
        answer = caller.get(f"/api/encounters/{encounter.id}/audio{query}")
        assert answer.headers["content-type"] == "audio/wav"
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert answer.headers["cache-control"] == "no-store"
        with wave.open(io.BytesIO(answer.content)) as sound:
            assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (16_000, 2, 1)
            assert sound.readframes(sound.getnframes()) == expected
    for query in ("?start=5&end=5", "?start=32000", "?start=-1", "?end=x"):
        assert caller.get(f"/api/encounters/{encounter.id}/audio{query}").status_code == 422


def test_listening_is_audited(house) -> None:
    encounter = house.encounter()
    house.sign_in("coder").get(f"/api/encounters/{encounter.id}/audio?start=1&end=2")
    entry = house.store.audit_entries(target=f"encounter:{encounter.id}")[-1]
    assert (entry.action, entry.ids) == ("audio.played", {"start": "1", "end": "2"})
