"""Submitting: the real filing over an EHR that answers in memory is tested with :mod:`app.ehr`; here, the route."""

from hashlib import sha256

import pytest

from app.rest import submissions
from visit.ids import SubmissionId
from visit.submissions import Submission, SubmissionState

pytestmark = pytest.mark.unit

HASH = sha256(b"text").hexdigest()


class FakeFiling:
    """Files at once."""

    def __init__(self, ehr: object, store) -> None:
        self.store = store

    def submit(self, actor, encounter) -> Submission:
        signing = self.store.signing(encounter)
        filed = Submission(
            SubmissionId("u1"), encounter, signing.version, SubmissionState.FILED, signing.sha256, "doc-7"
        )
        self.store.save_submission(actor, filed)
        return filed

    def release(self, actor, encounter) -> Submission:
        signing = self.store.signing(encounter)
        return Submission(SubmissionId("u1"), encounter, signing.version, SubmissionState.PENDING, signing.sha256)


def test_a_person_may_release_a_filing_in_doubt(house, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "Filing", FakeFiling)
    encounter = house.encounter()
    house.store.sign(house.people["clinician"].id, encounter.id, 1, HASH, "I reviewed this.", b"text")
    answer = house.sign_in("clinician").post(f"/api/encounters/{encounter.id}/submit/release")
    assert answer.json()["state"] == "pending"


def test_submit(house, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "Filing", FakeFiling)
    encounter = house.encounter()
    owner = house.people["clinician"].id
    caller = house.sign_in("clinician")
    path = f"/api/encounters/{encounter.id}"
    unsigned = caller.post(f"{path}/submit")
    assert (unsigned.status_code, unsigned.json()["code"]) == (404, "not_found.signature")
    house.store.sign(owner, encounter.id, 1, HASH, "I reviewed this.", b"text")
    filed = caller.post(f"{path}/submit").json()
    assert (filed["state"], filed["location"], filed["sha256"]) == ("filed", "doc-7", HASH)
    shown = caller.get(path).json()
    assert (shown["state"], shown["submission"]) == ("filed", filed)
    assert house.store.events(encounter.id)[-1]["state"] == "filed"
