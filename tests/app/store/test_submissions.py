"""The write ledger never lets a note be filed twice."""

from dataclasses import replace
from hashlib import sha256

import pytest

from app.errors import Conflict
from app.records import User
from app.store import Store
from visit.ids import EncounterId, SubmissionId
from visit.submissions import Submission, SubmissionState

pytestmark = pytest.mark.unit

HASH = sha256(b"x").hexdigest()


@pytest.fixture
def signed(store: Store, ada: User, advance) -> EncounterId:
    encounter = advance("drafted").id
    store.sign(ada.id, encounter, 1, HASH, "I reviewed this.", b"x")
    return encounter


def make(encounter: EncounterId, name: str = "u1", state: SubmissionState = SubmissionState.PENDING) -> Submission:
    return Submission(SubmissionId(name), encounter, 1, state, HASH)


def test_a_submission_goes_its_way(store: Store, ada: User, signed: EncounterId) -> None:
    assert store.submission(signed) is None
    pending = make(signed)
    store.save_submission(ada.id, pending)
    assert store.submission(signed) == pending
    unknown = replace(pending, state=SubmissionState.UNKNOWN, problem="ehr.timeout")
    store.save_submission(ada.id, unknown)
    assert store.submission(signed) == unknown
    assert store.encounter(signed).state == "signed"
    filed = replace(pending, state=SubmissionState.FILED, location="DocumentReference/7")
    store.save_submission(ada.id, filed)
    assert store.submission(signed) == filed
    assert store.encounter(signed).state == "filed"


@pytest.mark.parametrize("state", [SubmissionState.PENDING, SubmissionState.UNKNOWN, SubmissionState.FILED])
def test_a_second_submission_is_refused(store: Store, ada: User, signed: EncounterId, state: SubmissionState) -> None:
    store.save_submission(ada.id, make(signed, state=state))
    with pytest.raises(Conflict) as second:
        store.save_submission(ada.id, make(signed, "u2"))
    assert second.value.code == "conflict.submission"
    found = store.submission(signed)
    assert found is not None
    assert found.id == "u1"


def test_after_a_rejection_one_may_try_again(store: Store, ada: User, signed: EncounterId) -> None:
    store.save_submission(ada.id, make(signed, state=SubmissionState.REJECTED))
    store.save_submission(ada.id, make(signed, "u2"))
    found = store.submission(signed)
    assert found is not None
    assert found.id == "u2"


@pytest.mark.parametrize("final", [SubmissionState.FILED, SubmissionState.REJECTED])
def test_what_is_settled_stays(store: Store, ada: User, signed: EncounterId, final: SubmissionState) -> None:
    store.save_submission(ada.id, make(signed, state=final))
    with pytest.raises(Conflict):
        store.save_submission(ada.id, make(signed, state=SubmissionState.UNKNOWN))
    store.save_submission(ada.id, replace(make(signed, state=final), location="DocumentReference/7"))


def test_only_the_signed_text_is_filed(store: Store, ada: User, signed: EncounterId, advance) -> None:
    unsigned = advance("drafted").id
    for wrong in (replace(make(signed), sha256="0" * 64), replace(make(signed), note_version=2), make(unsigned)):
        with pytest.raises(Conflict) as refused:
            store.save_submission(ada.id, wrong)
        assert refused.value.code == "conflict.unsigned"


def test_the_ledger_survives_a_restart(store: Store, ada: User, signed: EncounterId, settings, clock) -> None:
    store.save_submission(ada.id, make(signed, state=SubmissionState.UNKNOWN))
    store.close()
    again = Store.open(settings, clock=clock)
    found = again.submission(signed)
    again.close()
    assert found is not None
    assert found.state is SubmissionState.UNKNOWN
