"""A clinician, an encounter, and encounters brought to any state, in SQLite and in PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import postgres

from app.records import Encounter, User
from app.security.keys import KEY_FILE, create_key_file
from app.settings import Settings
from app.store import Store
from visit.charts import Chart
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

CHART = Chart(patient_name="Juniper Example", medications=("lisinopril",))
Advance = Callable[[str], Encounter]


SQLITE = {
    "test_backup": "one copies the file; PostgreSQL's drill is in test_postgres.py",
    "test_engine": "the file and its connections",
    "test_lock": "of the folder, whatever the database is",
    "test_migrations": "PostgreSQL's tables are held against the schema in test_postgres.py",
    "test_released": "every release has left a file",
    "test_rotation": "the file is encrypted anew; a new key for PostgreSQL is in test_postgres.py",
}
"""Modules whose tests run on SQLite alone, and why. All others run on both, but for tests marked ``sqlite``."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask for both databases."""
    module = metafunc.module.__name__.rpartition(".")[2]
    alone = module in (*SQLITE, "test_postgres") or metafunc.definition.get_closest_marker("sqlite")
    if "database_url" in metafunc.fixturenames and not alone:
        metafunc.parametrize("database_url", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL, started once."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres.running(programs) as url:
        yield url


@pytest.fixture(scope="session")
def schemas(postgres_url: str) -> postgres.Schemas:
    """Where tests get a schema of their own."""
    return postgres.Schemas(postgres_url)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Empty for SQLite; for PostgreSQL the URL of a schema with empty tables, and a key that is there for them."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield ""
        return
    create_key_file(tmp_path / "data" / KEY_FILE)
    with request.getfixturevalue("schemas").lent() as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    options = {"data_dir": tmp_path / "data", "port": 8000, "database_url": database_url}
    return Settings(_env_file=None, **options)  # type: ignore[arg-type]


@pytest.fixture
def environment(database_url: str) -> dict[str, str]:
    """Of another process that opens the same record."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "SIDENOTE_DATABASE_URL": database_url}


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
