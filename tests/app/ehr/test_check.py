"""The file door: strict JSON in, one answer out."""

import json
from pathlib import Path

import pytest
from support.ehr import good_document

from app.ehr.check import check_file
from app.ehr.profiles import EPIC, shaped
from app.errors import InvalidInput

pytestmark = pytest.mark.unit


def test_a_good_file_is_ok(tmp_path: Path) -> None:
    file = tmp_path / "note.json"
    file.write_text(json.dumps(good_document()))
    assert check_file(file) == (0, {"ok": True, "issues": []})


def test_the_profile_decides(tmp_path: Path) -> None:
    file = tmp_path / "note.json"
    file.write_text(json.dumps(shaped(good_document(), EPIC)))
    assert check_file(file, "epic")[0] == 0
    code, answer = check_file(file, "us-core")
    assert code == 1
    assert {"path": "DocumentReference.identifier", "problem": "is required and missing"} in answer["issues"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe{}",
        b'{"resourceType": "DocumentReference", "status": "current", "status": "current"}',
        b'{"resourceType": "DocumentReference", "size": NaN}',
        b"[" * 100_000,
    ],
)
def test_a_file_that_is_no_resource_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "note.json"
    file.write_bytes(content)
    code, answer = check_file(file)
    assert code == 1
    assert answer["issues"]


def test_a_name_given_twice_is_refused_even_in_an_otherwise_good_note(tmp_path: Path) -> None:
    file = tmp_path / "note.json"
    file.write_text(json.dumps(good_document())[:-1] + ', "status": "current"}')
    assert check_file(file)[0] == 1


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert check_file(tmp_path / "none.json")[0] == 1


def test_an_unknown_profile_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        check_file(tmp_path / "none.json", "other")
