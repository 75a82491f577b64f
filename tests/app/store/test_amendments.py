"""Amendments are numbered, sealed, and signed one after the other; each has lines of its own in the ledger."""

from dataclasses import replace
from hashlib import sha256

import pytest

from app.errors import Conflict, NotFound
from app.records import User
from app.store import Store
from app.store.amendments import NewAmendment
from visit.ids import EncounterId, SubmissionId
from visit.notes import Note
from visit.submissions import Submission, SubmissionState

pytestmark = pytest.mark.unit

HASH = sha256(b"x").hexdigest()
FILED, REJECTED = SubmissionState.FILED, SubmissionState.REJECTED
ADDENDUM = NewAmendment("addendum", "Quokka ü".encode(), "I approve.")
RETRACTION = NewAmendment("retraction", b"why", "I approve.")


@pytest.fixture
def filed(store: Store, ada: User, advance) -> EncounterId:
    encounter: EncounterId = advance("drafted").id
    store.sign(ada.id, encounter, 1, HASH, "I reviewed this.", b"x")
    store.save_submission(ada.id, Submission(SubmissionId("u0"), encounter, 1, FILED, HASH, "7"))
    return encounter


def settle(store: Store, ada: User, encounter: EncounterId, number: int, state: SubmissionState = FILED) -> Submission:
    made = store.amendment(encounter, number)
    line = Submission(SubmissionId(f"u{number}{state}"), encounter, 1, state, made.sha256, str(number), None, number)
    store.save_submission(ada.id, line)
    return line


def test_what_was_signed_comes_back_whole(store: Store, ada: User, filed: EncounterId) -> None:
    note = Note((), "soap")
    first = store.amend(ada.id, filed, replace(ADDENDUM, kind="replacement", note=note))
    assert (first.number, first.kind, first.text, first.note) == (1, "replacement", ADDENDUM.text, note)
    assert (first.sha256, first.by, first.attestation) == (sha256(ADDENDUM.text).hexdigest(), ada.id, "I approve.")
    settle(store, ada, filed, 1)
    second = store.amend(ada.id, filed, ADDENDUM)
    assert store.amendments(filed) == [first, second]
    with pytest.raises(NotFound):
        store.amendment(filed, 3)


def test_the_words_are_sealed(store: Store, ada: User, filed: EncounterId) -> None:
    store.amend(ada.id, filed, ADDENDUM)
    with store._database.read() as connection:
        (sealed,) = connection.exec_driver_sql("SELECT sealed FROM amendments").one()
    assert b"Quokka" not in bytes(sealed)


def test_its_line_is_not_the_notes_line(store: Store, ada: User, filed: EncounterId) -> None:
    store.amend(ada.id, filed, ADDENDUM)
    line = settle(store, ada, filed, 1)
    assert store.submission(filed, 1) == line
    assert store.submission(filed).id == "u0"  # type: ignore[union-attr]
    with pytest.raises(Conflict):
        store.save_submission(ada.id, replace(line, id=SubmissionId("other")))


def test_only_its_own_text_is_filed_under_it(store: Store, ada: User, filed: EncounterId) -> None:
    store.amend(ada.id, filed, ADDENDUM)
    for wrong in (HASH, "0" * 64):
        line = Submission(SubmissionId("u1"), filed, 1, SubmissionState.PENDING, wrong, amendment=1)
        with pytest.raises(Conflict) as refused:
            store.save_submission(ada.id, line)
        assert refused.value.code == "conflict.unsigned"


def test_one_at_a_time_and_a_refused_one_may_be_followed(store: Store, ada: User, filed: EncounterId) -> None:
    store.amend(ada.id, filed, ADDENDUM)
    for state in (SubmissionState.PENDING, SubmissionState.UNKNOWN):
        line = Submission(SubmissionId("u1"), filed, 1, state, store.amendment(filed, 1).sha256, amendment=1)
        store.save_submission(ada.id, line)
        with pytest.raises(Conflict):
            store.amend(ada.id, filed, ADDENDUM)
    store.save_submission(ada.id, replace(line, state=REJECTED))
    assert store.amend(ada.id, filed, ADDENDUM).number == 2


def test_after_a_retraction_there_is_nothing_to_amend(store: Store, ada: User, filed: EncounterId) -> None:
    store.amend(ada.id, filed, RETRACTION)
    settle(store, ada, filed, 1)
    with pytest.raises(Conflict) as refused:
        store.amend(ada.id, filed, ADDENDUM)
    assert refused.value.code == "conflict.amendment"


def test_an_unfiled_note_is_not_amended(store: Store, ada: User, advance) -> None:
    with pytest.raises(Conflict) as refused:
        store.amend(ada.id, advance("drafted").id, ADDENDUM)
    assert refused.value.code == "conflict.unfiled"


def test_signing_is_audited_without_a_word(store: Store, ada: User, filed: EncounterId) -> None:
    store.amend(ada.id, filed, RETRACTION)
    entry = store.audit_entries(target=f"encounter:{filed}")[-1]
    assert (entry.action, entry.actor) == ("amendment.signed", ada.id)
    assert entry.ids == {"amendment": "1", "kind": "retraction", "sha256": sha256(b"why").hexdigest()}
