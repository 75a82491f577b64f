"""Group commit: one transaction for everyone who waits, and one refusal harms nobody else."""

import asyncio
import threading

import pytest

from app.errors import Conflict, Unavailable
from app.live import committer as committer_module
from app.live.committer import Committer
from app.settings import Settings
from app.store import Store
from app.store.audio import Piece
from visit.charts import Chart
from visit.ids import EncounterId

pytestmark = pytest.mark.unit

PCM = bytes(range(256)) * 4


@pytest.fixture
def recording(store: Store) -> list[EncounterId]:
    ada = store.add_user("ada", "Dr Ada", "clinician", "correct horse battery")
    ids = []
    for number in range(5):
        encounter = store.open_encounter(ada.id, f"ehr-{number}", Chart(), "soap").id
        store.record_consent(ada.id, encounter, True)
        store.set_state(ada.id, encounter, "recording")
        ids.append(encounter)
    return ids


async def test_what_waits_is_stored_together(
    store: Store, recording: list[EncounterId], monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    gate, real = threading.Event(), store.append_pieces

    def slow(pieces: list[Piece]) -> list[object]:
        gate.wait(5)
        batches.append(len(pieces))
        return real(pieces)

    monkeypatch.setattr(store, "append_pieces", slow)
    committer = Committer(store)
    commits = [asyncio.create_task(committer.commit(lambda e=e: Piece(e, 0, PCM, 1))) for e in recording]
    await asyncio.sleep(0)
    first = asyncio.create_task(committer.commit(lambda: Piece(recording[0], 512, PCM, 1)))
    await asyncio.sleep(0.01)
    gate.set()
    assert [through for _, through in await asyncio.gather(*commits)] == [512] * 5
    assert (await first)[1] == 1024
    assert sum(batches) == 6
    assert len(batches) <= 2
    assert store.audio(recording[0]) == PCM + PCM


async def test_a_refusal_is_its_own(store: Store, recording: list[EncounterId]) -> None:
    committer = Committer(store)
    gap = committer.commit(lambda: Piece(recording[0], 99, PCM, 1))
    good = committer.commit(lambda: Piece(recording[1], 0, PCM, 1))
    (_, refused), (_, through) = await asyncio.gather(gap, good)
    assert isinstance(refused, Conflict)
    assert (refused.code, through) == ("conflict.gap", 512)
    assert store.samples(recording[0]) == 0


async def test_a_failing_disk_fails_everyone_and_the_next_try_works(
    store: Store, recording: list[EncounterId], monkeypatch: pytest.MonkeyPatch
) -> None:
    committer = Committer(store)

    def full(_: list[Piece]) -> list[object]:
        raise Unavailable("The disk is full.", code="unavailable.disk")

    with monkeypatch.context() as broken:
        broken.setattr(store, "append_pieces", full)
        outcomes = await asyncio.gather(*(committer.commit(lambda e=e: Piece(e, 0, PCM, 1)) for e in recording[:3]))
        assert {outcome.code for _, outcome in outcomes} == {"unavailable.disk"}
    assert (await committer.commit(lambda: Piece(recording[0], 0, PCM, 1)))[1] == 512


async def test_transactions_keep_their_distance(
    store: Store, recording: list[EncounterId], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often somebody speaks, all of it shares a transaction; who comes after a pause is stored at once."""
    monkeypatch.setattr(committer_module, "GROUP_S", 300.0)
    batches: list[int] = []
    naps: list[float] = []
    real, sleep, over = store.append_pieces, asyncio.sleep, asyncio.Event()

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        if seconds > 0:
            await over.wait()

    def counted(pieces: list[Piece]) -> list[object]:
        batches.append(len(pieces))
        return real(pieces)

    monkeypatch.setattr(store, "append_pieces", counted)
    monkeypatch.setattr(committer_module.asyncio, "sleep", nap)
    committer = Committer(store)
    await committer.commit(lambda: Piece(recording[0], 0, PCM, 1))
    commits = [asyncio.create_task(committer.commit(lambda e=e: Piece(e, 0, PCM, 1))) for e in recording[1:3]]
    while len(naps) < 2:
        await sleep(0)
    commits += [asyncio.create_task(committer.commit(lambda e=e: Piece(e, 0, PCM, 1))) for e in recording[3:]]
    await sleep(0)
    over.set()
    assert [through for _, through in await asyncio.gather(*commits)] == [512] * 4
    assert batches == [1, 4]
    assert naps[0] <= 0 < naps[1] <= 300
    committer.close()


async def test_one_who_left_is_passed_over(store: Store, recording: list[EncounterId], settings: Settings) -> None:
    committer = Committer(store)
    gone = asyncio.create_task(committer.commit(lambda: Piece(recording[0], 0, PCM, 1)))
    stays = asyncio.create_task(committer.commit(lambda: Piece(recording[1], 0, PCM, 1)))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays)[1] == 512
    assert gone.cancelled() or gone.done()
