"""The coders' queue in the record: steps, their texts and their audit entries are one transaction."""

import pytest

from app.coding.review import LOCK_S
from app.errors import Conflict, InvalidInput, NotAllowed
from app.records import User
from app.store import Store
from app.store.part import SYSTEM
from visit.codes import CodeSuggestion

pytestmark = pytest.mark.unit

GOOD = CodeSuggestion("R42", "Dizziness", 0.9, "", ())
OTHER = CodeSuggestion("I10", "Hypertension", 0.3, "", (), accepted_tier=False)


@pytest.fixture
def cody(store: Store) -> User:
    return store.add_user("cody", "Cody", "coder", "correct horse battery")


@pytest.fixture
def dora(store: Store) -> User:
    return store.add_user("dora", "Dora", "coder", "correct horse battery")


@pytest.fixture
def signed(store: Store, ada: User, advance):  # type: ignore[no-untyped-def]
    encounter = advance("drafted").id
    store.save_codes(SYSTEM, encounter, (GOOD, OTHER))
    text = b"Dizziness at night."
    from hashlib import sha256

    store.sign(ada.id, encounter, 1, sha256(text).hexdigest(), "I attest.", text)
    return encounter


def audited(store: Store, encounter) -> list[str]:  # type: ignore[no-untyped-def]
    return [e.action for e in store.audit_entries(target=f"encounter:{encounter}") if "review" in e.action]


def test_a_visit_is_coded_from_end_to_end(store: Store, ada: User, cody: User, signed) -> None:
    store.move_review(cody, signed, "claim")
    store.move_review(cody, signed, "ask", " Since when? ")
    store.move_review(ada, signed, "answer", "Two weeks.")
    with pytest.raises(Conflict, match="every suggested code"):
        store.move_review(cody, signed, "finish")
    store.decide_code(cody.id, signed, "R42", "accepted", model="m1")
    store.move_review(cody, signed, "finish")
    assert store.review(signed).state == "coded"
    assert [(r.kind, r.by, r.text) for r in store.remarks(signed)] == [
        ("query", cody.id, "Since when?"),
        ("answer", ada.id, "Two weeks."),
    ]
    assert audited(store, signed) == ["review.claim", "review.ask", "review.answer", "review.finish"]
    assert store.queue() == []
    with pytest.raises(Conflict, match="is coded"):
        store.decide_code(cody.id, signed, "R42", "rejected")
    store.verify_audit()


def test_a_refused_step_leaves_nothing(store: Store, ada: User, cody: User, dora: User, signed) -> None:
    store.move_review(cody, signed, "claim")
    for who, action, text, wrong in (
        (dora, "claim", None, Conflict),
        (dora, "ask", "Why?", Conflict),
        (ada, "finish", None, NotAllowed),
        (cody, "ask", None, InvalidInput),
        (cody, "release", "bye", InvalidInput),
    ):
        with pytest.raises(wrong):
            store.move_review(who, signed, action, text)
    assert audited(store, signed) == ["review.claim"]
    assert store.remarks(signed) == ()


def test_another_coder_decides_nothing_while_it_is_held(store: Store, clock, cody: User, dora: User, signed) -> None:
    store.move_review(cody, signed, "claim")
    with pytest.raises(Conflict, match="Another coder"):
        store.decide_code(dora.id, signed, "R42", "accepted")
    clock.advance(LOCK_S)
    store.decide_code(dora.id, signed, "R42", "accepted")


def test_an_unsigned_note_is_not_finished(store: Store, cody: User, advance) -> None:
    encounter = advance("drafted").id
    store.move_review(cody, encounter, "claim")
    with pytest.raises(Conflict, match="not signed"):
        store.move_review(cody, encounter, "finish")


def test_the_queue_puts_the_urgent_first_and_then_the_oldest(store: Store, clock, cody: User, advance) -> None:
    first, second, third = (advance("drafted").id for _ in range(3) if clock.advance(60) is None)
    store.prioritise(cody, third, "urgent")
    advance("open")
    assert [one.encounter.id for one in store.queue()] == [third, first, second]


def test_a_change_keeps_the_words_and_counts_as_changed(store: Store, cody: User, signed) -> None:
    to = CodeSuggestion("H81.10", "Vertigo", 1.0, "", ())
    store.change_code(cody.id, signed, "R42", to, "named in the note", model="m1")
    assert [(c.suggestion.code, c.decision, c.reason) for c in store.codes(signed)] == [
        ("H81.10", "accepted", None),
        ("R42", "rejected", "named in the note"),
        ("I10", "suggested", None),
    ]
    (one,) = store.decisions()
    assert (one.code, one.verdict, one.by, one.model) == ("R42", "changed", cody.id, "m1")
    with pytest.raises(Conflict):
        store.change_code(cody.id, signed, "I10", OTHER, "same")


def test_decisions_are_sealed(store: Store, cody: User, signed) -> None:
    store.decide_code(cody.id, signed, "R42", "accepted")
    store.dismiss_hint(cody, signed, "quokka-hint")
    with store._database.read() as connection:
        rows = connection.exec_driver_sql("SELECT sealed FROM decisions UNION ALL SELECT sealed FROM remarks").all()
    assert len(rows) == 2
    assert not any(b"R42" in row[0] or b"quokka" in row[0] for row in rows)
