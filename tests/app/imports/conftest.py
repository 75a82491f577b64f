"""A store, visits on deterministic engines, and an inbox with one clinician's folder."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support import engines

from app.imports.inbox import Inbox
from app.live.visits import Visits
from app.records import User
from app.settings import Settings
from app.store import Store
from visit.charts import Chart


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", drafter="local", inbox=tmp_path / "inbox")


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = Store.open(settings)
    yield store
    store.close()


@pytest.fixture
def ada(store: Store) -> User:
    return store.add_user("ada", "Dr Ada", "clinician", "correct horse battery")


@pytest.fixture
def parts(store: Store) -> SimpleNamespace:
    chart = Chart(patient_name="Juniper Example")
    return engines.parts(store, ehr=SimpleNamespace(chart=lambda encounter: chart))


@pytest.fixture
async def visits(parts: Any, settings: Settings) -> AsyncIterator[Visits]:
    visits = Visits(parts, settings)
    await visits.start()
    yield visits
    await visits.close()


@pytest.fixture
def inbox(settings: Settings, parts: Any, visits: Visits, ada: User) -> Inbox:
    assert settings.inbox is not None
    (settings.inbox / "ada").mkdir(parents=True)
    return Inbox(settings.inbox, parts, visits, settings)
