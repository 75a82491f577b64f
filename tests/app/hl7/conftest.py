from collections.abc import Iterator

import pytest
from support.mllp import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An interface engine that files what it gets."""
    with Receiver() as running:
        yield running
