"""Numbered events, and lines that are read too slowly."""

import asyncio

import pytest

from app.errors import Unavailable
from app.live.journal import Journal, Line
from app.records import Encounter
from app.store import Store
from app.wire.messages import Partial, Status, Words

pytestmark = pytest.mark.unit


async def test_events_are_numbered_in_order_under_concurrency(store: Store, encounter: Encounter) -> None:
    journal = Journal(store, encounter.id)
    line = Line()
    await journal.join(line, 0)
    await asyncio.gather(*(journal.record(Words(words=[]), Words(words=[])) for _ in range(5)))
    assert [(await line.get()).event for _ in range(10)] == list(range(1, 11))  # type: ignore[union-attr]


async def test_joining_while_events_come_misses_none_and_repeats_none(store: Store, encounter: Encounter) -> None:
    journal = Journal(store, encounter.id)
    events = [Words(words=[]) for _ in range(10)]
    early, late = Line(), Line()
    _, first, _, second = await asyncio.gather(
        journal.record(*events), journal.join(early, 0), journal.record(*events), journal.join(late, 4)
    )
    for line, (last, missed), after in ((early, first, 0), (late, second, 4)):
        numbers = [message.event for message in missed]  # type: ignore[union-attr]
        assert numbers == list(range(after + 1, last + 1))
        numbers += [(await line.get()).event for _ in range(20 - last)]  # type: ignore[union-attr]
        assert numbers == list(range(after + 1, 21))


async def test_what_others_stored_comes_in_its_place_and_once(store: Store, encounter: Encounter) -> None:
    journal = Journal(store, encounter.id)
    line = Line()
    await journal.join(line, 0)
    store.append_event(encounter.id, Words(words=[]).model_dump())
    await journal.record(Status(state="recording"))
    store.append_event(encounter.id, Words(words=[]).model_dump())
    await journal.deliver()
    await journal.deliver()
    await journal.record(Status(state="finishing"))
    kinds = [((letter := await line.get()).event, letter.type) for _ in range(4)]  # type: ignore[union-attr]
    assert kinds == [(1, "words"), (2, "status"), (3, "words"), (4, "status")]


async def test_what_cannot_be_read_now_is_delivered_later(
    store: Store, encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(store, encounter.id)
    line = Line()
    await journal.join(line, 0)
    store.append_event(encounter.id, Status(state="recording").model_dump())
    with monkeypatch.context() as broken:
        broken.setattr(store, "events", failing)
        await journal.deliver()
    await journal.deliver()
    assert (await line.get()).event == 1  # type: ignore[union-attr]


def failing(*_: object) -> None:
    raise Unavailable("The database is busy.", code="unavailable.database")


async def test_remarks_are_dropped_before_events_and_then_the_line_is_given_up() -> None:
    line = Line(capacity=4)
    for _ in range(10):
        line.mention(Partial(words=[]))
    assert not line.dead
    line.put(Status(state="open", event=1))
    line.put(Status(state="open", event=2))
    assert not line.dead
    line.put(Status(state="open", event=3))
    assert line.dead
