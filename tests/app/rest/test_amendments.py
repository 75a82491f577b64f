"""Amending over REST: shown, signed, listed. The filing itself is tested with :mod:`app.ehr`."""

from hashlib import sha256
from typing import Any

import pytest

from visit.ids import SubmissionId
from visit.submissions import Submission, SubmissionState

pytestmark = pytest.mark.unit


@pytest.fixture
def filed(house) -> str:
    """The path of an encounter whose note is filed."""
    encounter = house.encounter()
    owner, text = house.people["clinician"].id, b"text"
    digest = sha256(text).hexdigest()
    house.store.sign(owner, encounter.id, 1, digest, "I reviewed this.", text)
    line = Submission(SubmissionId("u1"), encounter.id, 1, SubmissionState.FILED, digest, "doc-7")
    house.store.save_submission(owner, line)
    return f"/api/encounters/{encounter.id}/amendments"


def amend(caller: Any, path: str, form: dict[str, Any]) -> Any:
    """Preview a change and sign what was shown."""
    shown = caller.post(f"{path}/preview", json=form)
    assert shown.status_code == 200, shown.text
    return caller.post(path, json={**form, "sha256": shown.json()["sha256"], "attestation": "I reviewed this."})


def test_an_addendum_is_shown_then_signed_then_listed(house, filed: str) -> None:
    caller = house.sign_in("clinician")
    form = {"kind": "addendum", "text": "The result arrived."}
    shown = caller.post(f"{filed}/preview", json=form).json()
    assert "The result arrived.\n" in shown["text"]
    assert shown["destination"] == "test FHIR server"
    signed = amend(caller, filed, form)
    assert (signed.status_code, signed.json()["number"], signed.json()["submission"]) == (201, 1, None)
    (listed,) = caller.get(filed).json()
    assert listed == signed.json()
    assert listed["sha256"] == shown["sha256"] == sha256(shown["text"].encode()).hexdigest()


def test_a_replacement_is_the_note_with_edits(house, filed: str) -> None:
    caller = house.sign_in("clinician")
    edits = [{"op": "replace", "sentence": "s1", "text": "Dizziness in the morning."}]
    text = amend(caller, filed, {"kind": "replacement", "edits": edits, "reason": "time of day"}).json()["text"]
    assert "Dizziness in the morning." in text
    assert "Dizziness at night." not in text
    assert "Return in two weeks." in text


def test_what_was_not_shown_is_not_signed(house, filed: str) -> None:
    caller = house.sign_in("clinician")
    body = {"kind": "addendum", "text": "Quokka.", "sha256": "0" * 64, "attestation": "I reviewed this."}
    refused = caller.post(filed, json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict.text")
    assert caller.get(filed).json() == []


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "addendum"},
        {"kind": "replacement"},
        {"kind": "retraction", "text": "no reason"},
        {"kind": "addendum", "text": "x", "target": 1},
        {"kind": "addendum", "text": "Dose is *** mg."},
        {"kind": "deletion", "text": "x"},
    ],
)
def test_incomplete_forms_are_refused(house, filed: str, form: dict[str, Any]) -> None:
    assert house.sign_in("clinician").post(f"{filed}/preview", json=form).status_code == 422


def test_where_the_ehr_takes_none_it_says_so(house, filed: str) -> None:
    house.parts.ehr.delivery.no = "Make it inside the EHR."
    refused = house.sign_in("clinician").post(f"{filed}/preview", json={"kind": "addendum", "text": "x"})
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (
        409,
        "conflict.ehr",
        "Make it inside the EHR.",
    )


def test_a_signed_amendment_waits_until_it_is_filed(house, filed: str) -> None:
    caller = house.sign_in("clinician")
    form = {"kind": "addendum", "text": "The result arrived."}
    assert amend(caller, filed, form).status_code == 201
    assert amend(caller, filed, form).json()["code"] == "conflict.amendment"
    assert caller.post(f"{filed}/9/submit").json()["code"] == "not_found.amendment"
