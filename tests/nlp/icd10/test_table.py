"""The official list in memory."""

import json
from pathlib import Path

import pytest

from nlp.icd10 import IcdCoder
from nlp.icd10.embed import embedded_codes
from nlp.icd10.table import load, references

pytestmark = pytest.mark.integration


def test_whole_release_is_there_and_the_pages_count_it_right(coder: IcdCoder) -> None:
    assert coder.table.billable_count > 74_000
    assert any(c.isdigit() for c in coder.release)
    page = (Path(__file__).parents[3] / "docs" / "coding.md").read_text("utf-8")
    assert f"{coder.release}" in page
    assert f"{coder.table.billable_count:,} billable codes" in page
    assert f"{len(set(embedded_codes(coder.table).values())):,} titles" in page


@pytest.mark.parametrize("code", ["I10", "E11.9", "S93.401A", "S16.1XXA", "H40.1110", "Z66", "T07.XXXA", "F32.A"])
def test_billable(coder: IcdCoder, code: str) -> None:
    assert coder.table.is_billable(code)
    assert coder.table.display(code)


@pytest.mark.parametrize(
    "code", ["E11", "S93.401", "S16.1", "S16.1XA", "S93.401Z", "I10.0", "XYZ", "", "I10A", "S93.401AA"]
)
def test_not_billable(coder: IcdCoder, code: str) -> None:
    assert not coder.table.is_billable(code)


def test_seventh_character_is_in_the_title(coder: IcdCoder) -> None:
    assert coder.table.display("S93.401D").endswith("subsequent encounter")


def test_cache_is_read_back_the_same_and_rebuilt_when_of_another_format(icd_cache: Path, coder: IcdCoder) -> None:
    assert load(icd_cache).nodes == coder.table.nodes
    path = icd_cache / "table.json"
    whole = path.read_bytes()
    path.write_text(json.dumps({"format": 0, "release": coder.release, "nodes": []}))
    assert load(icd_cache).nodes == coder.table.nodes
    assert path.read_bytes() == whole


def test_references_in_notes() -> None:
    assert references("renovascular hypertension (I15.0)") == ("renovascular hypertension", ("I15.0",))
    assert references("type 1 diabetes mellitus (E10.-)") == ("type 1 diabetes mellitus", ("E10",))
    assert references("no code here") == ("no code here", ())
