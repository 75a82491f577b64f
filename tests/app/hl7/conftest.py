from collections.abc import Iterator
from pathlib import Path

import pytest
from support.mllp import Receiver

from app.ehr.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The FHIR server that the chart is read from."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with Sandbox(folder) as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An interface engine that files what it gets."""
    with Receiver() as running:
        yield running
