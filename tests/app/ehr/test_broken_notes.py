"""``sidenote ehr check`` refuses every broken note of ``broken_notes.toml``, in every EHR's shape, and says where."""

import base64
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.ehr import changed, good_document, with_bytes

from app.cli import main
from app.ehr.profiles import PROFILES, shaped

pytestmark = pytest.mark.integration

NOTES = tomllib.loads(Path(__file__).with_name("broken_notes.toml").read_text("utf-8"))["note"]
Check = Callable[[dict[str, Any], str], tuple[object, dict[str, Any]]]
CASES = [(note, profile) for note in NOTES for profile in note.get("only", PROFILES)]


def place(document: dict[str, Any], path: str) -> tuple[Any, str | int]:
    """What holds the element at a path, and its name there."""
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    holder: Any = document
    for step in steps:
        holder = holder[step]
    return holder, last


def broken(note: dict[str, Any], profile: str) -> dict[str, Any]:
    """The good note in an EHR's shape, with the defect."""
    document = shaped(good_document(), PROFILES[profile])
    if "text" in note:
        document = with_text(document, *note["text"])
    return changed(document, lambda document: spoil(document, note))


def spoil(document: dict[str, Any], note: dict[str, Any]) -> None:
    for path, value in note.get("set", {}).items():
        holder, name = place(document, path)
        holder[name] = value
    for path in note.get("drop", ()):
        holder, name = place(document, path)
        del holder[name]


def with_text(document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    attachment = document["content"][0]["attachment"]
    text = base64.b64decode(attachment["data"]).decode()
    assert text.count(old) >= 1
    remade = with_bytes(document, text.replace(old, new).encode())
    fitting = remade["content"][0]["attachment"]
    remade["content"][0]["attachment"] = {name: fitting[name] for name in attachment}
    return remade


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Check:
    """The command ``sidenote ehr check`` on a document: its exit code, and the one line that it prints."""

    def run(document: dict[str, Any], profile: str) -> tuple[object, dict[str, Any]]:
        file = tmp_path / "note.json"
        file.write_text(json.dumps(document))
        monkeypatch.setattr("sys.argv", ["sidenote", "ehr", "check", str(file), "--profile", profile])
        with pytest.raises(SystemExit) as ended:
            main()
        (line,) = capsys.readouterr().out.splitlines()
        return ended.value.code, json.loads(line)

    return run


def test_there_are_enough_for_every_ehr() -> None:
    assert len({note["defect"] for note in NOTES}) == len(NOTES)
    for profile in PROFILES:
        assert sum(one == profile for _, one in CASES) >= 25


@pytest.mark.parametrize("profile", PROFILES)
def test_the_good_note_is_accepted(check: Check, profile: str) -> None:
    assert check(shaped(good_document(), PROFILES[profile]), profile) == (0, {"ok": True, "issues": []})


@pytest.mark.parametrize(("note", "profile"), CASES, ids=[f"{profile}: {note['defect']}" for note, profile in CASES])
def test_a_broken_note_is_refused_and_the_place_named(check: Check, note: dict[str, Any], profile: str) -> None:
    code, answer = check(broken(note, profile), profile)
    assert (code, answer["ok"]) == (1, False)
    named = ".".join(filter(None, ("DocumentReference", note["named"])))
    assert [issue for issue in answer["issues"] if issue["path"] == named and issue["problem"]], answer
