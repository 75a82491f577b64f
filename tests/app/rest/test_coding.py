"""The coders' work over HTTP: who may do what, and a visit coded from end to end."""

from hashlib import sha256
from typing import get_args

import pytest

from app.coding.review import BY, NEXT, WITH_TEXT, Action

pytestmark = pytest.mark.integration

PASSWORD = "a long enough password"


@pytest.fixture
def signed(house):  # type: ignore[no-untyped-def]
    encounter = house.encounter()
    text = b"Dizziness at night."
    house.store.sign(house.people["clinician"].id, encounter.id, 1, sha256(text).hexdigest(), "I attest.", text)
    return encounter


@pytest.fixture
def checker(house):  # type: ignore[no-untyped-def]
    """Another coder's browser."""
    house.store.add_user("checker", "Checker", "coder", PASSWORD)
    return house.sign_in("checker")


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
    assert asked["release"] == "Test 2026"
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


WALK = (
    ("waiting", "claim", "coder"),
    ("coding", "claim", "coder"),
    ("coding", "ask", "coder"),
    ("queried", "withdraw", "coder"),
    ("coding", "ask", "coder"),
    ("queried", "answer", "clinician"),
    ("coding", "release", "coder"),
    ("waiting", "claim", "coder"),
    ("coding", "pass_on", "coder"),
    ("second_wanted", "claim", "checker"),
    ("checking", "claim", "checker"),
    ("checking", "release", "checker"),
    ("second_wanted", "claim", "checker"),
    ("checking", "return", "checker"),
    ("coding", "pass_on", "coder"),
    ("second_wanted", "claim", "checker"),
    ("checking", "confirm", "checker"),
    ("coded", "reopen", "checker"),
    ("waiting", "claim", "checker"),
    ("coding", "finish", "checker"),
)
"""Every legal step over HTTP, each from the state that the one before left."""


def test_every_legal_step_is_taken_and_every_other_is_refused(house, signed, checker) -> None:
    callers = {"coder": house.sign_in("coder"), "checker": checker, "clinician": house.sign_in("clinician")}
    base = f"/api/encounters/{signed.id}/coding"

    def take(name: str, action: str):  # type: ignore[no-untyped-def]
        return callers[name].post(f"{base}/{action}", json={"text": "?"} if action in WITH_TEXT else {})

    callers["coder"].put(f"/api/encounters/{signed.id}/codes/R42", json={"decision": "accepted"})
    seen = set()
    for state, action, name in WALK:
        assert house.store.review(signed.id).state == state
        if state not in seen:
            for other in sorted(set(get_args(Action)) - {a for s, a in NEXT if s == state}):
                refused = take("clinician" if BY[other] == "owner" else name if name != "clinician" else "coder", other)
                assert (refused.status_code, refused.json()["code"]) == (409, "conflict.review"), (state, other)
            seen.add(state)
        after = take(name, action)
        assert after.status_code == 200, (state, action, after.text)
        assert after.json()["review"]["state"] == NEXT[state, action]
    assert {(state, action) for state, action, _ in WALK} == set(NEXT)
    steps = [e for e in house.store.audit_entries(target=f"encounter:{signed.id}") if e.action.startswith("review.")]
    assert len(steps) == len(WALK)


def test_a_second_review_returns_to_the_first_coder_and_is_by_someone_else(house, signed, checker) -> None:
    coder = house.sign_in("coder")
    base = f"/api/encounters/{signed.id}/coding"
    coder.put(f"/api/encounters/{signed.id}/codes/R42", json={"decision": "accepted"})
    for action in ("claim", "pass_on"):
        assert coder.post(f"{base}/{action}", json={}).status_code == 200
    own = coder.post(f"{base}/claim", json={})
    assert (own.status_code, own.json()["code"]) == (403, "auth.second_review")
    checker.post(f"{base}/claim", json={})
    taken = coder.post(f"{base}/confirm", json={})
    assert (taken.status_code, taken.json()["code"]) == (409, "conflict.locked")
    back = checker.post(f"{base}/return", json={"text": "See the plan."}).json()
    assert (back["review"]["state"], back["review"]["mine"]) == ("coding", False)
    mine = coder.get(base).json()
    assert mine["review"]["mine"]
    assert [remark["text"] for remark in mine["remarks"]] == ["See the plan."]


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
