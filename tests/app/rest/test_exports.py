"""Taking a signed note away."""

import base64
from hashlib import sha256

import pytest

pytestmark = pytest.mark.unit

TEXT = b"Drafted with AI assistance."


@pytest.fixture
def path(house) -> str:
    encounter = house.encounter()
    house.store.sign(house.people["clinician"].id, encounter.id, 1, sha256(TEXT).hexdigest(), "Reviewed.", TEXT)
    return f"/api/encounters/{encounter.id}/export"


def test_the_text_is_what_was_signed(house, path: str) -> None:
    answer = house.sign_in("clinician").get(path)
    assert answer.content == TEXT
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_bundle_holds_what_was_signed(house, path: str) -> None:
    answer = house.sign_in("clinician").get(path, params={"format": "bundle"})
    assert answer.headers["content-type"] == "application/fhir+json"
    bundle = answer.json()
    assert bundle["type"] == "document"
    (binary,) = (e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Binary")
    assert base64.b64decode(binary["data"]) == TEXT


def test_every_export_is_in_the_audit(house, path: str) -> None:
    house.sign_in("clinician").get(path)
    assert "note.exported" in {entry.action for entry in house.store.audit_entries()}


def test_an_unsigned_note_is_not_exported(house) -> None:
    answer = house.sign_in("clinician").get(f"/api/encounters/{house.encounter().id}/export")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found.signature")


def test_an_unknown_format_is_refused(house, path: str) -> None:
    assert house.sign_in("clinician").get(path, params={"format": "pdf"}).status_code == 422
