"""Servers that start at once."""

from collections.abc import Iterator

import pytest
from support.nursery import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """What servers are forked from."""
    with Nursery() as nursery:
        yield nursery
