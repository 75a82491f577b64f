"""Short runs of what ``make soak`` runs long: whatever breaks, nothing is lost, filed twice or left readable."""

from pathlib import Path

import pytest
from support import soak

pytestmark = pytest.mark.fault


async def test_killed_again_and_again(tmp_path: Path) -> None:
    tally = await soak.kills(tmp_path, 2, seed=1)
    assert tally.faults["SIGKILL"] >= 2
    assert tally.losses == 0, tally


async def test_lines_that_break_in_every_way(tmp_path: Path) -> None:
    tally = await soak.bad_lines(tmp_path, 8, seed=2)
    assert tally.faults.total() >= 8
    assert tally.losses == 0, tally


def test_killed_while_filing(tmp_path: Path) -> None:
    tally = soak.filing_kills(tmp_path, 1, seed=3)
    assert tally.losses == 0, tally


def test_a_loss_would_show() -> None:
    """The tally is no rubber stamp."""
    assert soak.Tally(samples_lost=1).losses == 1
    assert soak.Tally(visits=5, plaintext_files=2, filed_twice=1).losses == 3
