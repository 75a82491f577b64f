"""Editing, previewing and signing."""

from hashlib import sha256

import pytest

pytestmark = pytest.mark.unit

ATTESTATION = "I have reviewed this note."


@pytest.fixture
def path(house) -> str:
    return f"/api/encounters/{house.encounter().id}"


def replace(text: str, version: int = 1, sentence: str = "s1") -> dict[str, object]:
    return {"version": version, "edits": [{"op": "replace", "sentence": sentence, "text": text}]}


def test_from_edit_to_signature(house, path: str) -> None:
    caller = house.sign_in("clinician")
    note = caller.post(f"{path}/note/edits", json=replace("Dizziness, at night only.")).json()
    assert note["version"] == 2
    assert (note["sentences"][0]["text"], note["sentences"][0]["origin"]) == ("Dizziness, at night only.", "clinician")
    preview = caller.get(f"{path}/preview").json()
    assert preview["version"] == 2
    assert "Dizziness, at night only." in preview["text"]
    assert preview["sha256"] == sha256(preview["text"].encode()).hexdigest()
    assert preview["destination"] == "test FHIR server"
    body = {"version": 2, "sha256": preview["sha256"], "attestation": ATTESTATION}
    signed = caller.post(f"{path}/sign", json=body).json()
    assert (signed["state"], signed["note"]["signed"]) == ("signed", True)
    encounter = signed["id"]
    assert house.store.signed_text(encounter).decode() == preview["text"]
    assert house.store.signing(encounter).attestation == ATTESTATION
    assert caller.get(f"{path}/preview").json() == preview
    for answer in (
        caller.post(f"{path}/note/edits", json=replace("Later.", version=2)),
        caller.post(f"{path}/sign", json=body),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict.signed")


def test_a_stale_edit_is_refused_whole(house, path: str) -> None:
    caller = house.sign_in("clinician")
    caller.post(f"{path}/note/edits", json=replace("First."))
    late = caller.post(f"{path}/note/edits", json=replace("Second."))
    assert (late.status_code, late.json()["code"], late.json()["version"]) == (409, "conflict.version", 2)
    both = {"version": 2, "edits": [*replace("Third.")["edits"], {"op": "delete", "sentence": "nothing"}]}  # type: ignore[misc]
    half = caller.post(f"{path}/note/edits", json=both)
    assert (half.status_code, half.json()["code"]) == (422, "input.sentence")
    assert caller.get(path).json()["note"]["sentences"][0]["text"] == "First."


def test_an_unfinished_note_cannot_be_signed(house, path: str) -> None:
    caller = house.sign_in("clinician")
    caller.post(f"{path}/note/edits", json=replace("Return in *** weeks."))
    preview = caller.get(f"{path}/preview").json()
    body = {"version": 2, "sha256": preview["sha256"], "attestation": ATTESTATION}
    refused = caller.post(f"{path}/sign", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "input.unfinished")
    assert "Return" not in refused.text
    assert caller.get(path).json()["state"] == "drafted"


def test_signing_needs_the_text_that_was_seen(house, path: str) -> None:
    caller = house.sign_in("clinician")
    preview = caller.get(f"{path}/preview").json()
    caller.put(f"{path}/codes/R42", json={"decision": "accepted"})
    body = {"version": 1, "sha256": preview["sha256"], "attestation": ATTESTATION}
    changed = caller.post(f"{path}/sign", json=body)
    assert (changed.status_code, changed.json()["code"]) == (409, "conflict.text")
    caller.post(f"{path}/note/edits", json=replace("Edited."))
    stale = caller.post(f"{path}/sign", json=body)
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict.version")
    assert caller.get(path).json()["state"] == "drafted"


def test_accepted_codes_are_part_of_the_text(house, path: str) -> None:
    caller = house.sign_in("clinician")
    assert "R42" not in caller.get(f"{path}/preview").json()["text"]
    caller.put(f"{path}/codes/R42", json={"decision": "accepted"})
    assert "R42" in caller.get(f"{path}/preview").json()["text"]
    caller.put(f"{path}/codes/R42", json={"decision": "rejected", "reason": "no"})
    assert "R42" not in caller.get(f"{path}/preview").json()["text"]


def test_an_unfinished_visit_has_nothing_to_edit(house) -> None:
    encounter = house.encounter(state="recording")
    caller = house.sign_in("clinician")
    edit = caller.post(f"/api/encounters/{encounter.id}/note/edits", json=replace("x"))
    assert (edit.status_code, edit.json()["code"]) == (409, "conflict.state")
    assert caller.get(f"/api/encounters/{encounter.id}/preview").json()["code"] == "not_found.note"


def test_edits_reach_every_page_that_shows_the_note(house, path: str) -> None:
    house.sign_in("clinician").post(f"{path}/note/edits", json=replace("Told."))
    last = house.store.events(path.split("/")[3])[-1]
    assert (last["type"], last["note"]["version"], last["note"]["sentences"][0]["text"]) == ("note", 2, "Told.")


def test_when_the_drafter_cannot_judge_the_fallback_does(house, path: str) -> None:
    house.parts.drafter.broken = True
    answer = house.sign_in("clinician").post(f"{path}/note/edits", json=replace("Judged."))
    assert answer.status_code == 200
    assert answer.json()["sentences"][0]["verdict"] == "supported"


def test_an_edited_sentence_is_no_longer_stale(house, path: str) -> None:
    encounter = path.split("/")[3]
    stored = house.store.note(encounter)
    house.store.save_note(
        house.people["clinician"].id,
        encounter,
        stored.note,
        drafter="rules",
        base_version=1,
        stale=frozenset({"s1", "s2"}),
    )
    note = house.sign_in("clinician").post(f"{path}/note/edits", json=replace("Fresh.", version=2)).json()
    assert [sentence["stale"] for sentence in note["sentences"]] == [False, True]


def test_what_was_made_of_the_draft_is_kept(house, path: str) -> None:
    caller = house.sign_in("clinician")
    draft = caller.get(path).json()["note"]["sentences"]
    caller.post(f"{path}/note/edits", json=replace("Told otherwise."))
    added = {"op": "insert", "division": "plan", "text": "Call back."}
    caller.post(f"{path}/note/edits", json={"version": 2, "edits": [added]})
    changes = caller.get(f"{path}/note/changes").json()
    assert [(each["kind"], each["before"], each["after"]) for each in changes if each["kind"] != "kept"] == [
        ("reworded", draft[0]["text"], "Told otherwise."),
        ("added", None, "Call back."),
    ]
    undo = {"version": 3, "edits": [{"op": "restore", "sentence": draft[0]["id"], "version": 1}]}
    restored = caller.post(f"{path}/note/edits", json=undo).json()["sentences"][0]
    assert (restored["text"], restored["evidence"]) == (draft[0]["text"], draft[0]["evidence"])
    missing = {"version": 4, "edits": [{"op": "restore", "sentence": draft[0]["id"], "version": 9}]}
    assert caller.post(f"{path}/note/edits", json=missing).json()["code"] == "not_found.note"
