from collections.abc import Iterator
from pathlib import Path

import pytest

from app.ehr.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A real FHIR server with the invented people, one for all tests of the EHR side."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with Sandbox(folder) as running:
        yield running
