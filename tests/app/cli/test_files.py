"""Commands read JSON, JSON lines and text, and say what is wrong with anything else."""

import io
import json
from pathlib import Path

import pytest

from app.cli.files import read_rows, read_text, write_rows
from app.errors import InvalidInput, NotFound

pytestmark = pytest.mark.unit


def test_one_value_over_several_lines_is_json(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"id": 1}, indent=2), encoding="utf-8")
    assert read_rows(path) == ([{"id": 1}], False)


def test_one_value_a_line_is_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1}\n\n{"id": 2}\n', encoding="utf-8")
    assert read_rows(path) == ([{"id": 1}, {"id": 2}], True)


def test_the_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1}\n{"id": \n', encoding="utf-8")
    with pytest.raises(InvalidInput, match="line 2"):
        read_rows(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.touch()
    with pytest.raises(InvalidInput, match="empty"):
        read_rows(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"gone\.json"):
        read_text(tmp_path / "gone.json")


def test_sound_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(InvalidInput, match="UTF-8"):
        read_text(path)


def test_standard_input_and_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('{"a": 1}'))
    assert read_rows(Path("-")) == ([{"a": 1}], False)
    write_rows(Path("-"), [{"é": 1}, {"b": 2}], lines=True)
    assert capsys.readouterr().out == '{"é": 1}\n{"b": 2}\n'
