"""What else is made of a note."""

import pytest

pytestmark = pytest.mark.unit


@pytest.fixture
def path(house) -> str:
    return f"/api/encounters/{house.encounter().id}"


def test_the_summary_carries_its_evidence_and_says_that_the_note_is_a_draft(house, path: str) -> None:
    made = house.sign_in("clinician").get(f"{path}/documents/summary").json()
    (part,) = made["parts"]
    assert part == {
        "title": "What happens next",
        "lines": [{"text": "Return in two weeks.", "sentence": "s2", "evidence": [1], "origin": "rules"}],
    }
    assert (made["note_version"], made["signed"], made["left_out"]) == (1, False, 0)
    assert made["text"].startswith("AFTER-VISIT SUMMARY\nPatient: Juniper Example, born 1980-05-06\n")
    assert "not signed yet" in made["text"]


def test_the_letter_follows_the_note_as_it_stands(house, path: str) -> None:
    caller = house.sign_in("clinician")
    edits = [{"op": "insert", "division": "plan", "text": "Refer to cardiology."}]
    caller.post(f"{path}/note/edits", json={"version": 1, "edits": edits})
    made = caller.get(f"{path}/documents/letter").json()
    assert [part["title"] for part in made["parts"]][0] == "Reason for referral"
    assert (made["note_version"], made["to"]) == (2, None)


def test_a_signed_notes_documents_are_no_drafts(house, path: str) -> None:
    caller = house.sign_in("clinician")
    preview = caller.get(f"{path}/preview").json()
    caller.post(f"{path}/sign", json={"version": 1, "sha256": preview["sha256"], "attestation": "I reviewed this."})
    made = caller.get(f"{path}/documents/summary").json()
    assert made["signed"]
    assert "not signed yet" not in made["text"]


def test_there_is_nothing_to_make_before_the_draft_and_nothing_else_to_make(house, path: str) -> None:
    caller = house.sign_in("clinician")
    early = house.encounter(state="recording", ehr_id="ehr-early")
    assert caller.get(f"/api/encounters/{early.id}/documents/summary").json()["code"] == "not_found.note"
    assert caller.get(f"{path}/documents/invoice").status_code == 422


def test_looking_is_audited_without_a_word_of_it(house, path: str) -> None:
    house.sign_in("clinician").get(f"{path}/documents/letter")
    entry = house.store.audit_entries(target=f"encounter:{path.split('/')[3]}")[-1]
    assert (entry.action, entry.ids) == ("document.read", {"kind": "letter", "version": "1"})
