"""The coders' work over HTTP: who may do what, and a visit coded from end to end."""

from hashlib import sha256
from typing import get_args

import pytest

from app.coding.review import BY, Action

pytestmark = pytest.mark.integration


@pytest.fixture
def signed(house):  # type: ignore[no-untyped-def]
    encounter = house.encounter()
    text = b"Dizziness at night."
    house.store.sign(house.people["clinician"].id, encounter.id, 1, sha256(text).hexdigest(), "I attest.", text)
    return encounter


def test_each_step_by_each_role(house, signed) -> None:
    """Whoever may not take a step is told so and nothing changes; strangers do not learn that the visit is there."""
    callers = {name: house.sign_in(name) for name in ("clinician", "other", "coder", "admin")}
    for action in get_args(Action):
        body = {"text": "?"} if action in ("ask", "answer", "return") else {}
        path = f"/api/encounters/{signed.id}/coding/{action}"
        for name in ("other", "admin"):
            assert callers[name].post(path, json=body).status_code == 404, (action, name)
        wrong = "coder" if BY[action] == "owner" else "clinician"
        answer = callers[wrong].post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "auth.role"), (action, wrong)
    assert house.store.review(signed.id).state == "waiting"


def test_coders_and_administrators_only(house, signed) -> None:
    expected = {
        "/api/coding/queue": {"coder": 200, "clinician": 403, "admin": 403},
        "/api/coding/agreement": {"coder": 200, "clinician": 403, "admin": 200},
        f"/api/encounters/{signed.id}/coding": {"coder": 200, "clinician": 200, "admin": 404, "other": 404},
    }
    for path, roles in expected.items():
        for name, status in roles.items():
            assert house.sign_in(name).get(path).status_code == status, (path, name)


def test_a_visit_from_the_queue_to_the_claim(house, signed) -> None:
    coder, clinician = house.sign_in("coder"), house.sign_in("clinician")
    base = f"/api/encounters/{signed.id}/coding"
    (row,) = coder.get("/api/coding/queue").json()
    assert (row["encounter"]["id"], row["undecided"], row["review"]["actions"]) == (signed.id, 1, ["claim"])
    mine = coder.post(f"{base}/claim", json={}).json()["review"]
    assert mine["mine"]
    assert mine["actions"] == ["release", "ask", "finish", "pass_on"]
    coder.post(f"{base}/ask", json={"text": "Since when?"})
    asked = clinician.get(base).json()
    assert asked["review"]["actions"] == ["answer"]
    assert (asked["remarks"][0]["by"], asked["remarks"][0]["text"]) == ("Coder", "Since when?")
    clinician.post(f"{base}/answer", json={"text": "Two weeks."})
    changed = coder.post(
        f"/api/encounters/{signed.id}/codes/R42/change", json={"to": "I10", "reason": "named in the note"}
    ).json()
    assert [(code["code"], code["decision"]) for code in changed] == [("I10", "accepted"), ("R42", "rejected")]
    assert coder.get(f"{base}/claim").json()["code"] == "conflict.not_coded"
    assert coder.post(f"{base}/finish", json={}).json()["review"]["state"] == "coded"
    bundle = coder.get(f"{base}/claim").json()
    assert [e["resource"]["code"]["coding"][0]["code"] for e in bundle["entry"]] == ["I10"]
    assert coder.get(f"{base}/claim", params={"format": "csv"}).text.splitlines()[1].startswith("1,I10,")
    kept = coder.get("/api/coding/agreement").json()
    assert (kept["total"]["decided"], kept["total"]["changed"], kept["total"]["rate"]) == (1, 1, 0.0)
    assert [row["key"] for row in kept["by_model"]] == ["test coder 1"]


def test_agreement_before_any_decision_claims_nothing(house) -> None:
    view = house.sign_in("coder").get("/api/coding/agreement").json()
    assert (view["total"]["decided"], view["total"]["rate"], view["by_code"]) == (0, None, [])


def test_a_hint_is_dismissed_for_good(house, signed) -> None:
    clinician = house.sign_in("clinician")
    base = f"/api/encounters/{signed.id}/coding"
    (hint,) = clinician.get(base).json()["hints"]
    assert hint["guideline"]
    assert clinician.post(f"{base}/hints/{hint['id']}/dismiss").json()["hints"] == []
    assert clinician.get(base).json()["hints"] == []
    assert clinician.post(f"{base}/hints/{hint['id']}/dismiss").status_code == 404


def test_entered_codes_are_audited_and_a_clean_claim_is_silent(house, signed) -> None:
    coder = house.sign_in("coder")
    path = f"/api/encounters/{signed.id}/coding/audit"
    clean = coder.post(path, json={"codes": ["I10"], "level": "low"}).json()
    assert clean == {"problems": [], "level": None, "documented": None}
    wrong = coder.post(path, json={"codes": [" z99.9 "], "level": "high"}).json()
    assert ([p["code"] for p in wrong["problems"]], wrong["level"], wrong["documented"]) == (["Z99.9"], "over", "low")
    assert coder.post(path, json={"codes": ["I10"], "level": "straightforward"}).json()["level"] == "under"


def test_priority_is_the_coders(house, signed) -> None:
    path = f"/api/encounters/{signed.id}/coding/priority"
    assert house.sign_in("clinician").put(path, json={"priority": "urgent"}).status_code == 403
    urgent = house.sign_in("coder").put(path, json={"priority": "urgent"}).json()
    assert urgent["review"]["priority"] == "urgent"
