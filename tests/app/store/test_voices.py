"""Voice prints: sealed, replaced, gone when deleted."""

import pytest

from app.errors import Broken
from app.records import User
from app.store import Store, schema
from app.store.part import SYSTEM
from visit.voices import VoicePrint

pytestmark = pytest.mark.unit

PRINT = VoicePrint((0.6, 0.8), "a-model")


def test_a_print_comes_back_as_it_was(store: Store, ada: User, clock) -> None:
    assert store.voice(ada.id) is None
    store.enrol_voice(ada.id, PRINT)
    enrolled = store.voice(ada.id)
    assert enrolled is not None
    assert (enrolled.print, enrolled.at.timestamp()) == (PRINT, pytest.approx(clock()))


def test_a_later_print_replaces_it(store: Store, ada: User) -> None:
    store.enrol_voice(ada.id, PRINT)
    later = VoicePrint((1.0, 0.0), "a-model")
    store.enrol_voice(ada.id, later)
    assert store.voice(ada.id).print == later  # type: ignore[union-attr]


def test_a_deleted_print_is_gone_and_both_are_audited(store: Store, ada: User) -> None:
    store.enrol_voice(ada.id, PRINT)
    assert store.forget_voice(ada.id, actor=ada.id)
    assert not store.forget_voice(ada.id, actor=ada.id)
    assert store.voice(ada.id) is None
    done = [(entry.action, entry.actor) for entry in store.audit_chain()]
    assert done[-2:] == [("user.voice_enrolled", SYSTEM), ("user.voice_deleted", ada.id)]


def test_a_print_moved_to_another_account_does_not_open(store: Store, ada: User) -> None:
    bert = store.add_user("bert", "Bert", "clinician", "correct horse battery")
    store.enrol_voice(ada.id, PRINT)
    with store._database.change() as connection:
        connection.execute(schema.voices.update().values(user=bert.id))
    with pytest.raises(Broken):
        store.voice(bert.id)


def test_numbers_of_the_voice_are_not_stored_in_the_clear(store: Store, ada: User) -> None:
    store.enrol_voice(ada.id, PRINT)
    with store._database.read() as connection:
        sealed = connection.execute(schema.voices.select()).mappings().one()["sealed"]
    assert b"0.6" not in sealed
    assert b"a-model" not in sealed
