"""Emergency access: for a reason, for a while, to read only, and always in the audit log."""

import pytest

from app.errors import NotAllowed, NotFound
from app.records import User
from app.security.access import Right
from app.store import Store

pytestmark = pytest.mark.unit

REASON = "Quokka unconscious in the waiting room"


@pytest.fixture
def bob(store: Store) -> User:
    return store.add_user("bob", "Dr Bob", "clinician", "correct horse battery")


def test_it_opens_one_encounter_for_reading_until_it_ends(store: Store, advance, bob: User, clock) -> None:
    encounter, foreign = advance("drafted"), advance("drafted")
    grant = store.break_glass(bob, encounter.ehr_encounter_id, REASON)
    assert (grant.encounter, (grant.until - grant.at).total_seconds()) == (encounter.id, 3600)
    assert store.allow(bob, encounter, Right.READ) == encounter
    for right in (Right.WRITE, Right.CODE):
        with pytest.raises(NotFound):
            store.allow(bob, encounter, right)
    with pytest.raises(NotFound):
        store.allow(bob, foreign, Right.READ)
    clock.advance(3600)
    with pytest.raises(NotFound):
        store.allow(bob, encounter, Right.READ)


def test_every_use_is_flagged(store: Store, advance, bob: User) -> None:
    encounter = advance("drafted")
    with pytest.raises(NotFound):
        store.allow(bob, encounter, Right.READ)
    store.break_glass(bob, encounter.ehr_encounter_id, REASON)
    store.allow(bob, encounter, Right.READ)
    entries = [entry for entry in store.audit_entries() if entry.actor == bob.id]
    assert [entry.action for entry in entries] == ["access.refused", "access.broke_glass", "access.emergency"]
    assert all(entry.target == f"encounter:{encounter.id}" for entry in entries)
    assert REASON not in str(entries)


def test_the_reason_is_sealed_and_can_be_reviewed(store: Store, advance, bob: User) -> None:
    encounter = advance("drafted")
    store.break_glass(bob, encounter.ehr_encounter_id, REASON)
    assert [(grant.user, grant.encounter, grant.reason) for grant in store.grants()] == [(bob.id, encounter.id, REASON)]
    with store._database.read() as connection:
        assert b"Quokka" not in connection.exec_driver_sql("SELECT reason FROM grants").scalar()


def test_only_clinicians_and_only_what_was_opened(store: Store, advance, bob: User) -> None:
    coder = store.add_user("cora", "Cora", "coder", "correct horse battery")
    with pytest.raises(NotAllowed):
        store.break_glass(coder, advance("drafted").ehr_encounter_id, REASON)
    with pytest.raises(NotFound):
        store.break_glass(bob, "never opened", REASON)
    assert store.grants() == []


def test_owners_need_none(store: Store, advance, ada: User) -> None:
    encounter = advance("drafted")
    assert store.allow(ada, encounter, Right.WRITE) == encounter
    assert "access" not in str([entry.action for entry in store.audit_entries()])
