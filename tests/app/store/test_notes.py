"""Note versions and signatures."""

from hashlib import sha256

import pytest
from sqlalchemy import text

from app.errors import Broken, Conflict, NotFound
from app.records import User
from app.store import Store
from visit.ids import SentenceId, UserId

pytestmark = pytest.mark.unit

TEXT = b"SOAP NOTE\n- Dizziness at night.\n"
HASH = sha256(TEXT).hexdigest()


def test_versions_grow_and_are_all_kept(store: Store, ada: User, advance, note) -> None:
    encounter = advance("drafted").id
    stale = frozenset({SentenceId("s1")})
    version = store.save_note(ada.id, encounter, note("Edited."), drafter="local", base_version=1, stale=stale)
    assert version == 2
    newest = store.note(encounter)
    assert (newest.version, newest.note, newest.drafter, newest.stale) == (2, note("Edited."), "local", stale)
    assert store.note(encounter, 1).note == note()
    with pytest.raises(NotFound):
        store.note(encounter, 3)


def test_no_note_yet(store: Store, advance) -> None:
    with pytest.raises(NotFound) as none:
        store.note(advance("finishing").id)
    assert none.value.code == "not_found.note"


@pytest.mark.parametrize("base", [0, 2, 7])
def test_an_edit_of_another_version_is_refused(store: Store, ada: User, advance, note, base: int) -> None:
    encounter = advance("drafted").id
    with pytest.raises(Conflict) as refused:
        store.save_note(ada.id, encounter, note("Edited."), drafter="rules", base_version=base)
    assert (refused.value.code, refused.value.extra["version"]) == ("conflict.version", 1)
    assert store.note(encounter).version == 1


def test_of_two_edits_of_one_version_the_first_wins(store: Store, ada: User, advance, note) -> None:
    encounter = advance("drafted").id
    store.save_note(ada.id, encounter, note("One."), drafter="rules", base_version=1)
    with pytest.raises(Conflict):
        store.save_note(ada.id, encounter, note("Two."), drafter="rules", base_version=1)
    assert store.note(encounter).note == note("One.")


def test_a_new_draft_follows_drafts_but_never_an_edit(store: Store, ada: User, advance, note) -> None:
    encounter = advance("drafted").id
    assert store.save_note(UserId("system"), encounter, note("Better."), drafter="rules", base_version=None) == 2
    store.save_note(ada.id, encounter, note("Edited."), drafter="rules", base_version=2)
    with pytest.raises(Conflict):
        store.save_note(UserId("system"), encounter, note("Best."), drafter="rules", base_version=None)
    assert store.note(encounter).note == note("Edited.")


def test_signing_fixes_version_text_and_state(store: Store, ada: User, advance, note) -> None:
    encounter = advance("drafted").id
    signing = store.sign(ada.id, encounter, 1, HASH, "I reviewed this.", TEXT)
    assert (signing.version, signing.sha256, signing.attestation, signing.by) == (1, HASH, "I reviewed this.", ada.id)
    assert store.signing(encounter) == signing
    assert store.signed_text(encounter) == TEXT
    assert store.encounter(encounter).state == "signed"
    assert store.note(encounter).signed
    with pytest.raises(Conflict) as edited:
        store.save_note(ada.id, encounter, note("Later."), drafter="rules", base_version=1)
    assert edited.value.code == "conflict.signed"
    with pytest.raises(Conflict) as again:
        store.sign(ada.id, encounter, 1, HASH, "Again.", TEXT)
    assert again.value.code == "conflict.signed"


def test_only_the_newest_version_and_the_shown_text_are_signed(store: Store, ada: User, advance, note) -> None:
    encounter = advance("drafted").id
    with pytest.raises(Conflict) as text:
        store.sign(ada.id, encounter, 1, HASH, "I reviewed this.", TEXT + b" ")
    assert text.value.code == "conflict.text"
    store.save_note(ada.id, encounter, note("Edited."), drafter="rules", base_version=1)
    with pytest.raises(Conflict) as version:
        store.sign(ada.id, encounter, 1, HASH, "I reviewed this.", TEXT)
    assert version.value.code == "conflict.version"
    assert store.encounter(encounter).state == "drafted"
    with pytest.raises(NotFound):
        store.signed_text(encounter)
    with pytest.raises(NotFound):
        store.signing(encounter)


def test_an_unfinished_note_is_not_signed(store: Store, ada: User, advance, note) -> None:
    encounter = advance("finishing").id
    store.save_note(ada.id, encounter, note(), drafter="rules", base_version=None)
    with pytest.raises(Conflict):
        store.sign(ada.id, encounter, 1, HASH, "I reviewed this.", TEXT)


def test_an_old_version_put_in_place_of_a_new_one_does_not_open(store: Store, ada: User, advance, note) -> None:
    encounter = advance("drafted").id
    store.save_note(ada.id, encounter, note("Edited."), drafter="rules", base_version=1)
    with store._database.change() as connection:
        older = "SELECT sealed FROM notes WHERE encounter = :one AND version = 1"
        connection.execute(
            text(f"UPDATE notes SET sealed = ({older}) WHERE encounter = :one AND version = 2"), {"one": encounter}
        )
    with pytest.raises(Broken):
        store.note(encounter)


def test_signatures_survive_a_restart(store: Store, ada: User, advance, settings, clock) -> None:
    encounter = advance("drafted").id
    store.sign(ada.id, encounter, 1, HASH, "I reviewed this.", TEXT)
    store.close()
    again = Store.open(settings, clock=clock)
    assert again.signed_text(encounter) == TEXT
    again.close()
