"""Events are numbered without a gap and survive."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import NotFound
from app.store import Store
from visit.ids import EncounterId

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
