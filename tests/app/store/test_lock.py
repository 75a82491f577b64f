"""The lock on the data folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import Unavailable
from app.settings import Settings
from app.store import Store
from app.store.lock import FolderLock

pytestmark = pytest.mark.unit


def test_many_share_it_and_none_while_one_has_it_alone(tmp_path: Path) -> None:
    with FolderLock(tmp_path), FolderLock(tmp_path), pytest.raises(Unavailable) as open_:
        FolderLock(tmp_path, exclusive=True)
    assert open_.value.code == "unavailable.locked"
    with FolderLock(tmp_path, exclusive=True), pytest.raises(Unavailable):
        FolderLock(tmp_path)
    FolderLock(tmp_path).release()


def test_a_store_holds_it_until_it_is_closed(store: Store, settings: Settings) -> None:
    with pytest.raises(Unavailable):
        FolderLock(settings.data_dir, exclusive=True)
    store.close()
    with FolderLock(settings.data_dir, exclusive=True), pytest.raises(Unavailable):
        Store.open(settings)


@pytest.mark.fault
def test_a_killed_process_lets_go(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from app.store.lock import FolderLock;"
    code += "lock = FolderLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, str(tmp_path)]
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(Unavailable):
            FolderLock(tmp_path, exclusive=True)
        process.kill()
    FolderLock(tmp_path, exclusive=True).release()
