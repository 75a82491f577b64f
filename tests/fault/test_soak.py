"""Short runs of what ``make soak`` runs long: whatever breaks, nothing is lost, filed twice or left readable."""

from pathlib import Path

import pytest
from support import soak
from support.nursery import Nursery

pytestmark = pytest.mark.fault


async def test_killed_again_and_again(tmp_path: Path, nursery: Nursery) -> None:
    tally = await soak.kills(nursery, tmp_path, 2, seed=1)
    assert tally.faults["SIGKILL"] >= 2
    assert tally.losses == 0, tally


async def test_lines_that_break_in_every_way(tmp_path: Path, nursery: Nursery) -> None:
    tally = await soak.bad_lines(nursery, tmp_path, 8, seed=2)
    assert tally.faults.total() >= 8
    assert tally.losses == 0, tally


def test_killed_while_filing(tmp_path: Path, nursery: Nursery) -> None:
    tally = soak.filing_kills(nursery, tmp_path, 1, seed=3)
    assert tally.losses == 0, tally


def test_a_loss_would_show() -> None:
    """The tally is no rubber stamp."""
    assert soak.Tally(samples_lost=1).losses == 1
    assert soak.Tally(visits=5, plaintext_files=2, filed_twice=1).losses == 3
