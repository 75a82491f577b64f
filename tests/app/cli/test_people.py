"""``sidenote users``."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app, people
from app.errors import NotFound
from app.settings import Settings
from app.store import Store
from app.store.identities import Identity

pytestmark = pytest.mark.unit

ISSUER = "https://id.example"


def test_users_are_added_listed_and_unlinked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    monkeypatch.setattr(people, "settings", lambda: settings)
    run = CliRunner().invoke
    added = run(app, ["users", "add", "ada", "--name", "Ada", "--role", "coder", "--password", "a long password"])
    assert added.exit_code == 0
    assert "ada" in run(app, ["users", "list"]).stdout
    store = Store.open(settings)
    store.identified(Identity(ISSUER, "s-1", "ada", "Ada"))
    store.close()
    assert isinstance(run(app, ["users", "unlink", "nobody"]).exception, NotFound)
    assert run(app, ["users", "unlink", "ada"]).exit_code == 0
    assert isinstance(run(app, ["users", "unlink", "ada"]).exception, NotFound)
    store = Store.open(settings)
    assert store.identified(Identity(ISSUER, "s-2", "ada", "Ada")).username == "ada"
    store.close()
