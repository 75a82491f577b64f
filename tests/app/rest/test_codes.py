"""Codes looked up and decided about."""

import pytest

pytestmark = pytest.mark.unit


def test_search(house) -> None:
    caller = house.sign_in("coder")
    (found,) = caller.get("/api/codes", params={"q": "hypertension"}).json()
    assert (found["code"], found["decision"]) == ("I10", "suggested")
    assert caller.get("/api/codes", params={"q": "nothing"}).json() == []
    for query in ("", "x" * 101):
        assert caller.get("/api/codes", params={"q": query}).status_code == 422


def test_coders_and_owners_decide(house) -> None:
    encounter = house.encounter()
    path = f"/api/encounters/{encounter.id}/codes"
    by_coder = house.sign_in("coder").put(f"{path}/R42", json={"decision": "rejected", "reason": "not assessed"})
    assert (by_coder.json()["decision"], by_coder.json()["decision_reason"]) == ("rejected", "not assessed")
    by_owner = house.sign_in("clinician").put(f"{path}/R42", json={"decision": "accepted"})
    assert (by_owner.json()["decision"], by_owner.json()["decision_reason"]) == ("accepted", None)
    actors = [
        e.actor for e in house.store.audit_entries(target=f"encounter:{encounter.id}") if e.action.startswith("code.")
    ]
    assert actors == [house.people["coder"].id, house.people["clinician"].id]


def test_a_decision_can_be_taken_back(house) -> None:
    path = f"/api/encounters/{house.encounter().id}/codes/R42"
    caller = house.sign_in("clinician")
    caller.put(path, json={"decision": "rejected", "reason": "by mistake"})
    back = caller.put(path, json={"decision": "suggested"}).json()
    assert (back["decision"], back["decision_reason"]) == ("suggested", None)
    assert [one.verdict for one in house.store.decisions()] == ["rejected", "undecided"]


def test_a_billable_code_may_be_added_and_nothing_else(house) -> None:
    encounter = house.encounter()
    caller = house.sign_in("coder")
    path = f"/api/encounters/{encounter.id}/codes"
    assert caller.put(f"{path}/I10", json={"decision": "accepted"}).json()["display"].startswith("Essential")
    for code, decision in (("E11", "accepted"), ("Z99.9", "rejected")):
        answer = caller.put(f"{path}/{code}", json={"decision": decision})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found.code")
    listed = caller.get(f"/api/encounters/{encounter.id}").json()["codes"]
    assert [code["code"] for code in listed] == ["R42", "I10"]
    assert house.store.events(encounter.id)[-1]["type"] == "codes"
