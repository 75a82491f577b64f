"""Events are numbered without a gap and survive."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.errors import NotFound
from app.store import Store
from app.store.part import Part
from app.store.revisions import Revision
from visit.codes import CodeSuggestion
from visit.ids import EncounterId, SubmissionId
from visit.notes import Note
from visit.submissions import Submission, SubmissionState
from visit.turns import Speaker, Transcript, Turn

pytestmark = pytest.mark.unit


def test_numbers_grow_per_encounter(store: Store, advance) -> None:
    one, two = advance("open").id, advance("open").id
    assert [store.append_event(one, {"type": "a", "event": 0}) for _ in range(3)] == [1, 2, 3]
    assert store.append_event(two, {"type": "b"}) == 1
    assert store.events(one) == [{"type": "a", "event": n} for n in (1, 2, 3)]
    assert store.events(one, after=2) == [{"type": "a", "event": 3}]
    assert store.events(one, after=3) == []
    assert (store.last_event(one), store.last_event(two), store.last_event(advance("open").id)) == (3, 1, 0)


def test_numbers_have_no_gap_under_concurrency(store: Store, advance) -> None:
    encounter = advance("open").id
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda n: store.append_event(encounter, {"n": n}), range(40)))
    assert sorted(numbers) == list(range(1, 41))


def test_they_survive_a_restart(store: Store, advance, settings, clock) -> None:
    encounter = advance("open").id
    store.append_event(encounter, {"text": "Ünïcode ✓", "list": [1, 2.5, None]})
    store.close()
    again = Store.open(settings, clock=clock)
    assert again.events(encounter) == [{"text": "Ünïcode ✓", "list": [1, 2.5, None], "event": 1}]
    assert again.append_event(encounter, {}) == 2
    again.close()


def test_an_event_needs_its_encounter(store: Store) -> None:
    with pytest.raises(NotFound):
        store.append_event(EncounterId("nothing"), {})


SAID = Transcript((Turn(0, Speaker.PATIENT, "hello", 0, 9),))
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
EXTRA = CodeSuggestion("I10", "Essential (primary) hypertension", 1.0, "named", ())
CHANGES: dict[str, tuple[Callable[[Store, EncounterId, str], object], list[str]]] = {
    "state": (lambda store, visit, ada: store.set_state(ada, visit, "drafted", "broken.reading"), ["status"]),
    "note": (
        lambda store, visit, ada: store.save_note(ada, visit, Note(()), drafter="rules", base_version=1),
        ["note"],
    ),
    "codes": (lambda store, visit, ada: store.save_codes(ada, visit, (EXTRA,)), ["codes"]),
    "decision": (lambda store, visit, ada: store.add_code(ada, visit, EXTRA), ["codes"]),
    "transcript": (lambda store, visit, _: store.save_transcript(visit, SAID, changed=(0,)), ["transcript"]),
    "revision": (
        lambda store, visit, _: store.save_revision(visit, Revision(SAID, (), Note(()), "rules", (EXTRA,))),
        ["transcript", "note", "codes"],
    ),
    "signature": (lambda store, visit, ada: store.sign(ada, visit, 1, EMPTY, "I read it.", b""), ["status"]),
}


def test_a_change_its_entry_and_its_event_are_kept_together_or_not_at_all(
    store: Store, advance, ada, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, (change, events) in CHANGES.items():
        visit = advance("drafted").id
        before = standing(store, visit)
        for step in ("_tell", "_record"):
            with monkeypatch.context() as broken:
                broken.setattr(Part, step, at_last(getattr(Part, step)))
                with pytest.raises(ZeroDivisionError):
                    change(store, visit, ada.id)
            assert standing(store, visit) == before, f"{kind}: {step} failed"
        change(store, visit, ada.id)
        assert [event["type"] for event in store.events(visit, before[0])] == events, kind
        assert store.audit_end()[0] > before[1], kind


def standing(store: Store, visit: EncounterId) -> tuple[Any, ...]:
    """All that a change could leave half done."""
    kept = (store.encounter(visit), store.note(visit), store.codes(visit), store.transcript(visit))
    return (store.last_event(visit), store.audit_end()[0], *kept)


def at_last(step: Callable[..., object]) -> Callable[..., object]:
    """The step, which is taken and then fails."""

    def fail(*given: object, **more: object) -> None:
        step(*given, **more)
        raise ZeroDivisionError

    return fail


def test_filing_is_told_with_its_ledger_line(store: Store, advance, ada) -> None:
    visit = advance("drafted").id
    store.sign(ada.id, visit, 1, EMPTY, "I read it.", b"")
    line = Submission(SubmissionId("s"), visit, 1, SubmissionState.UNKNOWN, EMPTY)
    store.save_submission(ada.id, line)
    before = store.last_event(visit)
    store.save_submission(ada.id, Submission(SubmissionId("s"), visit, 1, SubmissionState.FILED, EMPTY, "doc-1"))
    assert [(event["type"], event["state"]) for event in store.events(visit, before)] == [("status", "filed")]
