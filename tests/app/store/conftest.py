"""A clinician, an encounter, and encounters brought to any state."""

from collections.abc import Callable

import pytest

from app.records import Encounter, User
from app.store import Store
from visit.charts import Chart
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

CHART = Chart(patient_name="Juniper Example", medications=("lisinopril",))
Advance = Callable[[str], Encounter]


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
