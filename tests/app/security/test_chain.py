"""The audit chain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Broken
from app.records import AuditEntry
from app.security.chain import GENESIS, canonical, link, verify

pytestmark = pytest.mark.unit

AT = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)


def chain(count: int) -> list[AuditEntry]:
    entries, head = [], GENESIS
    for number in range(1, count + 1):
        entry = AuditEntry(number, AT + timedelta(seconds=number), "u1", "note.signed", "encounter:e", {"v": "1"}, "")
        head = link(head, entry)
        entries.append(replace(entry, head=head.hex()))
    return entries


def test_known_answer() -> None:
    entry = AuditEntry(1, AT, "u1", "note.signed", "encounter:e", {"b": "2", "a": "é"}, "")
    text = (
        '{"action":"note.signed","actor":"u1","at":"2026-01-02T03:04:05.000006+00:00",'
        '"ids":{"a":"é","b":"2"},"number":1,"target":"encounter:e"}'
    )
    assert canonical(entry) == text.encode()
    leaf = sha256(b"\x00" + text.encode()).digest()
    assert link(GENESIS, entry) == sha256(b"\x01" + bytes(32) + leaf).digest()


def test_the_moment_counts_not_how_it_is_written() -> None:
    entry = AuditEntry(1, AT, "u", "a", "t", {}, "")
    shifted = replace(entry, at=AT.astimezone(timezone(timedelta(hours=5))))
    assert canonical(entry) == canonical(shifted)


def test_an_intact_chain_ends_where_it_says() -> None:
    entries = chain(5)
    number, head = verify(entries)
    assert (number, head.hex()) == (5, entries[-1].head)
    assert verify([]) == (0, GENESIS)


def test_it_can_be_followed_from_the_middle() -> None:
    entries = chain(5)
    assert verify(entries[2:], head=bytes.fromhex(entries[1].head), number=2) == verify(entries)


CHANGES = (
    {"actor": "u2"},
    {"action": "x"},
    {"target": "encounter:f"},
    {"ids": {}},
    {"at": AT},
    {"number": 9},
    {"head": "00" * 32},
)


@given(st.integers(0, 5), st.sampled_from(CHANGES))
def test_any_change_is_found_where_it_is(place: int, change: dict[str, object]) -> None:
    entries = chain(6)
    entries[place] = replace(entries[place], **change)  # type: ignore[arg-type]
    with pytest.raises(Broken) as broken:
        verify(entries)
    assert broken.value.extra["number"] == place + 1


@given(st.permutations(range(5)).filter(lambda order: order != sorted(order)))
def test_any_reordering_is_found(order: list[int]) -> None:
    entries = chain(5)
    with pytest.raises(Broken):
        verify([entries[place] for place in order])


@given(st.integers(0, 4))
def test_a_removed_entry_before_the_end_is_found(place: int) -> None:
    entries = chain(6)
    del entries[place]
    with pytest.raises(Broken):
        verify(entries)


def test_a_removed_tail_shows_only_against_a_noted_end() -> None:
    assert verify(chain(6)[:5]) != verify(chain(6))
