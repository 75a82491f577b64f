"""A clinician, an encounter, and encounters brought to any state."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from support import postgres

from app.records import Encounter, User
from app.settings import Settings
from app.store import Store
from visit.charts import Chart
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

CHART = Chart(patient_name="Juniper Example", medications=("lisinopril",))
Advance = Callable[[str], Encounter]


BOTH = {
    "test_amendments",
    "test_codes",
    "test_encounters",
    "test_events",
    "test_factors",
    "test_grants",
    "test_heard",
    "test_identities",
    "test_launches",
    "test_notes",
    "test_people",
    "test_sessions",
    "test_submissions",
}
"""Modules whose tests run on SQLite and on PostgreSQL."""

_numbers = count()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask for both databases."""
    if "store" in metafunc.fixturenames and metafunc.module.__name__.rpartition(".")[2] in BOTH:
        metafunc.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, started once."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.running(programs) as url:
        yield url


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Empty for SQLite; for PostgreSQL the URL of a schema of the test's own."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ""
    url, schema = request.getfixturevalue("postgres_url"), f"test_{next(_numbers)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    engine.dispose()
    return f"{url}?options=-csearch_path%3D{schema}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    options = {"data_dir": tmp_path / "data", "port": 8000, "database_url": database_url}
    return Settings(_env_file=None, **options)  # type: ignore[arg-type]


def make_note(text: str = "Dizziness at night.") -> Note:
    return Note((NoteSentence(SentenceId("s1"), Division.HISTORY, text, (0,), Verdict.SUPPORTED, Origin.RULES),))


@pytest.fixture
def note() -> Callable[[str], Note]:
    return make_note


@pytest.fixture
def ada(store: Store) -> User:
    return store.add_user("ada", "Dr Ada", "clinician", "correct horse battery")


@pytest.fixture
def advance(store: Store, ada: User) -> Advance:
    """Open a new encounter and bring it to a state."""
    opened = iter(range(1000))

    def go(state: str) -> Encounter:
        encounter = store.open_encounter(ada.id, f"ehr-{next(opened)}", CHART, "soap")
        if state == "open":
            return encounter
        store.record_consent(ada.id, encounter.id, True)
        for step in ("recording", "finishing", "drafted"):
            store.set_state(ada.id, encounter.id, step)  # type: ignore[arg-type]
            if step == state:
                break
        if state == "drafted":
            store.save_note(ada.id, encounter.id, make_note(), drafter="rules", base_version=None)
        return store.encounter(encounter.id)

    return go
