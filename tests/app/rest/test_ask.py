"""Questions about a visit."""

import pytest

pytestmark = pytest.mark.unit


@pytest.fixture
def path(house) -> str:
    return f"/api/encounters/{house.encounter().id}/ask"


def test_an_answer_quotes_turns_and_names_findings(house, path: str) -> None:
    found = house.sign_in("clinician").post(path, json={"text": "Is there dizziness?"}).json()
    (passage,) = found["passages"]
    assert [turn["text"] for turn in passage["turns"]] == ["Any dizziness?", "Quokka dizziness at night."]
    assert [finding["concept"] for finding in passage["findings"]] == ["dizziness"]
    assert (passage["flagged"], found["missing"]) == (False, [])


def test_what_was_not_said_has_no_answer(house, path: str) -> None:
    found = house.sign_in("clinician").post(path, json={"text": "Does she take warfarin?"}).json()
    assert found == {"passages": [], "missing": ["warfarin"]}


def test_that_something_was_asked_is_audited_and_the_question_is_not_kept(house, path: str) -> None:
    house.sign_in("clinician").post(path, json={"text": "dizziness"})
    entry = house.store.audit_entries(target=f"encounter:{path.split('/')[3]}")[-1]
    assert (entry.action, entry.ids) == ("visit.asked", {"passages": "1"})


@pytest.mark.parametrize("text", ["", "x" * 501])
def test_a_question_has_a_length(house, path: str, text: str) -> None:
    assert house.sign_in("clinician").post(path, json={"text": text}).status_code == 422
