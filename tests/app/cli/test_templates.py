"""Note formats on the command line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import templates as command
from app.errors import InvalidInput
from app.settings import Settings
from prompts import templates

pytestmark = pytest.mark.unit

GOOD = (templates.FOLDER / "dap.toml").read_text().replace('name = "dap"', 'name = "ours"')


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(command, "settings", lambda: Settings(data_dir=tmp_path / "data"))
    runner = CliRunner()
    return lambda *words: runner.invoke(command.app, list(words), catch_exceptions=False)


def test_a_good_file_can_be_used_and_a_bad_one_names_the_line(run, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(GOOD)
    assert "can be used" in run("check", str(file)).stdout
    file.write_text(GOOD.replace('"plan"', '"plans"'))
    with pytest.raises(InvalidInput, match=r"no division is called 'plans'.*\(line \d+\)"):
        run("check", str(file))


def test_a_format_is_kept_listed_and_written_back(run, tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(GOOD)
    assert "version 1" in run("import", str(file)).stderr
    assert "version 2" in run("import", str(file)).stderr
    listed = run("list").stdout
    assert "ours" in listed
    assert "soap" in listed
    assert templates.parse(run("export", "ours").stdout).version == 2
    assert templates.parse(run("export", "soap").stdout) == templates.load("soap")
