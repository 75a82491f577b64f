"""Codes and decisions about them."""

import pytest

from app.errors import Conflict, NotFound
from app.records import User
from app.store import Store
from app.store.part import SYSTEM
from visit.codes import CodeEvidence, CodeSuggestion
from visit.ids import SentenceId

pytestmark = pytest.mark.unit


def code(name: str, score: float = 0.5) -> CodeSuggestion:
    return CodeSuggestion(name, f"display {name}", score, "because", (CodeEvidence("x", SentenceId("s1"), (0,)),))


def decisions(store: Store, encounter) -> list[tuple[str, str]]:
    return [(stored.suggestion.code, stored.decision) for stored in store.codes(encounter)]


def test_suggestions_and_decisions(store: Store, ada: User, advance) -> None:
    encounter = advance("drafted").id
    store.save_codes(SYSTEM, encounter, (code("R42"), code("I10")))
    assert decisions(store, encounter) == [("R42", "suggested"), ("I10", "suggested")]
    stored = store.decide_code(ada.id, encounter, "I10", "rejected", "not assessed")
    assert (stored.decision, stored.reason) == ("rejected", "not assessed")
    store.decide_code(ada.id, encounter, "R42", "accepted")
    assert decisions(store, encounter) == [("R42", "accepted"), ("I10", "rejected")]


def test_a_code_may_be_added(store: Store, ada: User, advance) -> None:
    encounter = advance("drafted").id
    with pytest.raises(NotFound):
        store.decide_code(ada.id, encounter, "E11.9", "accepted")
    store.add_code(ada.id, encounter, code("E11.9"))
    assert decisions(store, encounter) == [("E11.9", "accepted")]


def test_new_suggestions_keep_what_was_decided(store: Store, ada: User, advance) -> None:
    encounter = advance("drafted").id
    store.save_codes(SYSTEM, encounter, (code("R42"), code("I10"), code("J06.9")))
    store.decide_code(ada.id, encounter, "I10", "accepted")
    store.decide_code(ada.id, encounter, "J06.9", "rejected")
    store.save_codes(SYSTEM, encounter, (code("J06.9", 0.9), code("M54.5")))
    assert decisions(store, encounter) == [("J06.9", "rejected"), ("M54.5", "suggested"), ("I10", "accepted")]
    assert store.codes(encounter)[0].suggestion.score == 0.9


def test_only_a_finished_draft_is_coded(store: Store, ada: User, advance) -> None:
    encounter = advance("finishing").id
    store.save_codes(SYSTEM, encounter, (code("R42"),))
    with pytest.raises(Conflict):
        store.decide_code(ada.id, encounter, "R42", "accepted")


def test_after_the_signature_people_decide_but_suggestions_stand(store: Store, ada: User, advance) -> None:
    from hashlib import sha256

    encounter = advance("drafted").id
    store.save_codes(SYSTEM, encounter, (code("R42"),))
    store.sign(ada.id, encounter, 1, sha256(b"x").hexdigest(), "I reviewed this.", b"x")
    store.decide_code(ada.id, encounter, "R42", "accepted")
    with pytest.raises(Conflict) as fixed:
        store.save_codes(SYSTEM, encounter, ())
    assert fixed.value.code == "conflict.signed"


def test_the_audit_log_names_no_code(store: Store, ada: User, advance) -> None:
    encounter = advance("drafted").id
    store.save_codes(SYSTEM, encounter, (code("R42"),))
    store.decide_code(ada.id, encounter, "R42", "accepted")
    entries = store.audit_entries(target=f"encounter:{encounter}")
    assert entries[-1].action == "code.accepted"
    assert "R42" not in str(entries)
