"""``sidenote import``."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer
from support import engines
from typer.testing import CliRunner

from app import engines as composition
from app.cli import imports
from app.errors import InvalidInput, NotFound
from app.settings import Settings
from app.store import Store

pytestmark = pytest.mark.integration

TEXT = "Doctor: Where does it hurt?\nPatient: My ear.\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chosen = Settings(data_dir=tmp_path / "data")
    monkeypatch.setattr(imports, "settings", lambda: chosen)
    ehr = SimpleNamespace(chart=None)
    monkeypatch.setattr(composition, "build_parts", lambda s, hears: engines.parts(Store.open(s), ehr=ehr))
    store = Store.open(chosen)
    store.add_user("ada", "Dr Ada", "clinician", "correct horse battery")
    store.close()
    app = typer.Typer()
    imports.register(app)
    return lambda *words: CliRunner().invoke(app, list(words), catch_exceptions=False)


def test_a_transcript_is_drafted_and_twice_is_once(run, tmp_path: Path) -> None:
    file = tmp_path / "visit.txt"
    file.write_text(TEXT)
    words = (str(file), "--user", "ada", "--consent", "verbal")
    first, second = json.loads(run(*words).stdout), json.loads(run(*words).stdout)
    assert first == second
    assert first["state"] == "drafted"


def test_what_is_missing_is_named(run, tmp_path: Path) -> None:
    file = tmp_path / "visit.txt"
    file.write_text(TEXT)
    with pytest.raises(InvalidInput, match="how the patient consented"):
        run(str(file), "--user", "ada")
    with pytest.raises(NotFound, match="no clinician"):
        run(str(file), "--user", "bob", "--consent", "verbal")
    with pytest.raises(NotFound, match="no file"):
        run(str(tmp_path / "none.txt"), "--user", "ada")
    with pytest.raises(InvalidInput, match="no .txt"):
        run(str(tmp_path / "visit.doc"), "--user", "ada")
