"""A note in another format."""

from dataclasses import replace

import pytest

from prompts.drafter import SegmentDrafter
from visit.notes import Division

pytestmark = pytest.mark.unit


@pytest.fixture
def path(house) -> str:
    house.parts.drafter = SegmentDrafter(None)
    house.parts.fallback = SegmentDrafter(None)
    return f"/api/encounters/{house.encounter().id}"


def texts(note: dict) -> list[str]:
    return [sentence["text"] for sentence in note["sentences"]]


def edit(caller, path: str, version: int, text: str) -> None:
    edits = [{"op": "replace", "sentence": "s1", "text": text}]
    assert caller.post(f"{path}/note/edits", json={"version": version, "edits": edits}).status_code == 200


def test_a_draft_is_shown_in_another_format_and_back_without_loss(house, path: str) -> None:
    caller = house.sign_in("clinician")
    before = caller.get(path).json()["note"]
    other = caller.put(f"{path}/template", json={"template": "apso", "version": 1}).json()
    assert (other["template"], other["note"]["template"], other["note"]["version"]) == ("apso", "apso", 2)
    assert [section["title"] for section in other["note"]["layout"]][0] == "Assessment"
    text = caller.get(f"{path}/preview").json()["text"]
    assert text.index("PLAN") < text.index("SUBJECTIVE")
    back = caller.put(f"{path}/template", json={"template": "soap", "version": 2}).json()["note"]
    assert texts(back) == texts(before)


def test_what_was_edited_stays_as_it_is_and_a_draft_stays_a_draft(house, path: str) -> None:
    caller = house.sign_in("clinician")
    edit(caller, path, 1, "Dizziness, at night only.")
    note = caller.put(f"{path}/template", json={"template": "dap", "version": 2}).json()["note"]
    assert "Dizziness, at night only." in texts(note)
    assert next(s for s in note["sentences"] if s["id"] == "s1")["origin"] == "clinician"


def test_what_a_format_leaves_out_waits_and_an_edit_there_does_not(house, path: str) -> None:
    caller = house.sign_in("clinician")
    add = [{"op": "insert", "division": "family", "text": "Father: stroke."}]
    caller.post(f"{path}/note/edits", json={"version": 1, "edits": add})
    note = caller.put(f"{path}/template", json={"template": "birp", "version": 2}).json()["note"]
    assert "Father: stroke." in texts(note)
    assert "OTHER\nFamily history:\n- Father: stroke." in caller.get(f"{path}/preview").json()["text"]


def test_the_form_of_the_sentences_can_be_chosen_alone(house, path: str) -> None:
    caller = house.sign_in("clinician")
    body = {"template": "soap", "version": 1, "form": "telegraphic"}
    assert caller.put(f"{path}/template", json=body).json()["note"]["form"] == "telegraphic"
    assert "- Return in two weeks\n" in caller.get(f"{path}/preview").json()["text"]
    body = {"template": "soap", "version": 2, "form": "bullets"}
    assert caller.put(f"{path}/template", json=body).json()["note"]["form"] is None


def test_stale_sentences_stay_stale(house, path: str) -> None:
    encounter = path.split("/")[3]
    stored = house.store.note(encounter)
    house.store.save_layout(house.people["clinician"].id, encounter, "soap", replace(stored, stale=frozenset({"s2"})))
    note = house.sign_in("clinician").put(f"{path}/template", json={"template": "apso", "version": 2}).json()["note"]
    assert [s["id"] for s in note["sentences"] if s["stale"]] == ["s2"]


def test_a_format_can_be_chosen_before_the_draft_and_not_after_signing(house, path: str) -> None:
    caller = house.sign_in("clinician")
    early = house.encounter(state="recording", ehr_id="ehr-early")
    chosen = caller.put(f"/api/encounters/{early.id}/template", json={"template": "consult"}).json()
    assert (chosen["template"], chosen["note"]) == ("consult", None)
    preview = caller.get(f"{path}/preview").json()
    body = {"version": 1, "sha256": preview["sha256"], "attestation": "I reviewed this."}
    assert caller.post(f"{path}/sign", json=body).status_code == 200
    late = caller.put(f"{path}/template", json={"template": "apso", "version": 1})
    assert (late.status_code, late.json()["code"]) == (409, "conflict.signed")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"template": "nothing", "version": 1}, 422, "input.template"),
        ({"template": "soap@1", "version": 1}, 422, "input.template"),
        ({"template": "apso"}, 409, "conflict.version"),
        ({"template": "apso", "version": 7}, 409, "conflict.version"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(house, path: str, body: dict, status: int, code: str) -> None:
    refused = house.sign_in("clinician").put(f"{path}/template", json=body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert house.store.note(path.split("/")[3]).note.not_discussed == (Division.SOCIAL,)
