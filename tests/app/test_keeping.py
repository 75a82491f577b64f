"""Signed checkpoints by the clock."""

from pathlib import Path

import pytest

from app import metrics
from app.errors import Broken
from app.keeping import Keeper
from app.security import checkpoints
from app.settings import Settings
from app.store import Store

pytestmark = pytest.mark.unit


async def test_one_at_the_start_and_one_at_the_end(store: Store, settings: Settings) -> None:
    keeper = Keeper(store, settings)
    await keeper.start()
    keeper.checkpoint()
    store.add_user("eve", "Eve", "coder", "correct horse battery")
    await keeper.close()
    points = checkpoints.read(checkpoints.file_of(settings))
    assert [point.number for point in points] == [0, 1]
    store.verify_audit(points)


def test_nothing_is_said_twice(store: Store, settings: Settings) -> None:
    keeper = Keeper(store, settings)
    keeper.checkpoint()
    keeper.checkpoint()
    assert len(checkpoints.read(checkpoints.file_of(settings))) == 1


def test_a_cut_log_shows_against_it(store: Store, settings: Settings) -> None:
    store.add_user("eve", "Eve", "coder", "correct horse battery")
    Keeper(store, settings).checkpoint()
    with store._database.change() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_kept")
        connection.exec_driver_sql("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)")
    store.verify_audit()
    with pytest.raises(Broken) as cut:
        store.verify_audit(checkpoints.read(checkpoints.file_of(settings)))
    assert cut.value.code == "broken.audit_cut"


def test_a_place_that_cannot_be_written_is_counted_and_does_not_stop_the_server(
    store: Store, settings: Settings, tmp_path: Path
) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("in the way")
    keeper = Keeper(store, settings.model_copy(update={"audit_checkpoints": nowhere / "checkpoints.jsonl"}))
    before = metrics.render()
    keeper.checkpoint()
    assert metrics.render() != before
