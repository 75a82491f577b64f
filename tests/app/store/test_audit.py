"""The audit log: an entry for every change, in its transaction; tampering is found."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.errors import Broken, Conflict
from app.records import User
from app.store import Store
from app.store import audit as module

pytestmark = pytest.mark.unit


def tamper(store: Store, *statements: str) -> None:
    """Change the table as someone would who holds the key; its triggers only stop mistakes."""
    with store._database.change() as connection:
        table = " ON audit" if connection.dialect.name == "postgresql" else ""
        for trigger in ("audit_kept", "audit_fixed"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}{table}"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def log(store: Store, ada: User, advance) -> Store:
    advance("drafted")
    store.audit(ada.id, "encounter.read", "encounter:x", place=3)
    assert len(store.audit_entries()) >= 6
    store.verify_audit()
    return store


def test_every_change_is_entered(log: Store, ada: User) -> None:
    entries = log.audit_entries()
    assert [entry.action for entry in entries] == [
        "user.added",
        "encounter.opened",
        "consent.given",
        "encounter.recording",
        "encounter.finishing",
        "encounter.drafted",
        "note.drafted",
        "encounter.read",
    ]
    assert [entry.number for entry in entries] == list(range(1, 9))
    assert {entry.actor for entry in entries[1:]} == {ada.id}
    assert entries[-1].ids == {"place": "3"}


def test_a_refused_change_leaves_no_entry(log: Store, ada: User) -> None:
    before = log.verify_audit()
    with pytest.raises(Conflict):
        log.set_state(ada.id, log.encounters(ada)[0].id, "recording")
    assert log.verify_audit() == before


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE audit SET action = 'note.signed' WHERE number = 4",),
        ("UPDATE audit SET actor = 'someone' WHERE number = 1",),
        ("UPDATE audit SET at = '2020-01-01T00:00:00.000000+00:00' WHERE number = 8",),
        ("UPDATE audit SET at = 'never' WHERE number = 8",),
        ("UPDATE audit SET ids = '{}' WHERE number = 3",),
        ("UPDATE audit SET ids = 'nonsense' WHERE number = 3",),
        ("UPDATE audit SET head = '0' || substr(head, 2) WHERE number IN (2, 5, 8) AND head NOT LIKE '0%'",
         "UPDATE audit SET head = '1' || substr(head, 2) WHERE number = 6"),
        ("DELETE FROM audit WHERE number = 3",),
        ("DELETE FROM audit WHERE number = 1",),
        ("DELETE FROM audit WHERE number = 3", "UPDATE audit SET number = number - 1 WHERE number > 3"),
        ("UPDATE audit SET number = -1 WHERE number = 4", "UPDATE audit SET number = 4 WHERE number = 5",
         "UPDATE audit SET number = 5 WHERE number = -1"),
    ],
)  # fmt: skip
def test_tampering_is_found(log: Store, statements: tuple[str, ...]) -> None:
    tamper(log, *statements)
    with pytest.raises(Broken) as broken:
        log.verify_audit()
    assert broken.value.code == "broken.audit"
    with pytest.raises(Broken):
        log.integrity()


def test_a_cut_tail_shows_against_a_noted_end(log: Store) -> None:
    number, head = log.verify_audit()
    tamper(log, f"DELETE FROM audit WHERE number = {number}")
    assert log.verify_audit() != (number, head)


def test_mistakes_cannot_change_the_log(log: Store) -> None:
    for statement in ("DELETE FROM audit", "UPDATE audit SET actor = 'x'"):
        with pytest.raises(IntegrityError), log._database.change() as connection:
            connection.exec_driver_sql(statement)
    log.verify_audit()


def test_the_chain_goes_on_after_a_restart(log: Store, settings, clock, ada: User) -> None:
    number, _ = log.verify_audit()
    log.close()
    again = Store.open(settings, clock=clock)
    again.audit(ada.id, "encounter.read", "encounter:x")
    assert again.verify_audit()[0] == number + 1
    again.close()


def test_pages_and_targets(log: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [entry.number for entry in log.audit_entries(after=2, limit=3)] == [3, 4, 5]
    assert [entry.action for entry in log.audit_entries(target="encounter:x")] == ["encounter.read"]
    monkeypatch.setattr(module, "PAGE", 3)
    assert log.verify_audit()[0] == 8


def test_no_entry_says_what_was_said(log: Store) -> None:
    written = str(log.audit_entries())
    for word in ("Juniper", "lisinopril", "Dizziness", "Dr Ada"):
        assert word not in written
