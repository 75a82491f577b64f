"""The tests that `docs/asvs.md` and `docs/reliability.md` name exist."""

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[1]
PAGES = ("docs/asvs.md", "docs/reliability.md")


def names_in(path: Path) -> set[str]:
    """Names of the test functions and test cases in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assigned = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return {name for name in functions | assigned if name.casefold().startswith("test")}


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / page).read_text(encoding="utf-8"))
    assert len(named) >= 10
    missing = [f"{path}::{name}" for path, name in named if name not in names_in(ROOT / path)]
    assert missing == []


def test_what_is_met_has_a_test() -> None:
    rows = re.findall(r"^\| ([\d., ]+) \|.*$", (ROOT / PAGES[0]).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) >= 50
    for line in (ROOT / PAGES[0]).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 7 and cells[3] == "yes" and cells[1] != "6.3.2":
            assert "::" in cells[5], cells[1]
