"""One coder over the whole official list for the room's tests; the index is built once a session."""

from pathlib import Path

import pytest

from nlp.icd10 import IcdCoder


@pytest.fixture(scope="session")
def icd_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("icd10")


@pytest.fixture(scope="session")
def coder(icd_cache: Path) -> IcdCoder:
    return IcdCoder(icd_cache)
