"""Sessions and tickets: short-lived, single-use, known by their hashes only."""

import pytest

from app.errors import NotAuthenticated
from app.records import User
from app.store import Store

pytestmark = pytest.mark.unit

ORIGIN = "http://127.0.0.1:8000"


def test_a_token_opens_its_session(store: Store, ada: User) -> None:
    token, csrf = store.create_session(ada)
    session = store.session(token)
    assert (session.user, session.csrf) == (ada, csrf)
    assert len(token) >= 43
    assert token not in (csrf, session.id)


def test_tokens_differ(store: Store, ada: User) -> None:
    assert len({store.create_session(ada)[0] for _ in range(20)}) == 20


@pytest.mark.parametrize("token", ["", "x", "x" * 43])
def test_no_other_token_does(store: Store, ada: User, token: str) -> None:
    store.create_session(ada)
    with pytest.raises(NotAuthenticated):
        store.session(token)


def test_an_ended_session_is_over(store: Store, ada: User) -> None:
    token, _ = store.create_session(ada)
    session = store.session(token).id
    assert store.session_alive(session)
    store.end_session(token)
    assert not store.session_alive(session)
    with pytest.raises(NotAuthenticated):
        store.session(token)
    store.end_session(token)


def test_an_idle_session_ends(store: Store, ada: User, clock, settings) -> None:
    token, _ = store.create_session(ada)
    clock.advance(settings.session_idle_s - 1)
    store.session(token)
    clock.advance(settings.session_idle_s - 1)
    store.session(token)
    clock.advance(settings.session_idle_s)
    with pytest.raises(NotAuthenticated) as over:
        store.session(token)
    assert over.value.code == "auth.expired"


def test_every_session_ends_once(store: Store, ada: User, clock, settings) -> None:
    token, _ = store.create_session(ada)
    left = settings.session_max_s
    while left > settings.session_idle_s:
        clock.advance(settings.session_idle_s - 1)
        left -= settings.session_idle_s - 1
        assert store.session(token).expires_s <= settings.session_idle_s
    clock.advance(left)
    with pytest.raises(NotAuthenticated):
        store.session(token)


def test_watching_does_not_keep_a_session_alive(store: Store, ada: User, clock, settings) -> None:
    token, _ = store.create_session(ada)
    session = store.session(token).id
    half = settings.session_idle_s // 2 + 1
    clock.advance(half)
    assert store.session_alive(session, True)
    clock.advance(half)
    assert store.session_alive(session, False)
    clock.advance(half)
    assert not store.session_alive(session, False)


def test_sessions_survive_a_restart(store: Store, ada: User, clock, settings) -> None:
    token, csrf = store.create_session(ada)
    store.close()
    again = Store.open(settings, clock=clock)
    assert again.session(token).csrf == csrf
    again.close()


def test_a_ticket_lets_in_once(store: Store, ada: User, advance) -> None:
    token, _ = store.create_session(ada)
    encounter = advance("open")
    made = store.create_ticket(ada.id, encounter.id, ORIGIN, session_token=token)
    ticket = store.redeem_ticket(made, ORIGIN)
    assert (ticket.user, ticket.encounter, ticket.session) == (ada.id, encounter.id, store.session(token).id)
    with pytest.raises(NotAuthenticated) as used:
        store.redeem_ticket(made, ORIGIN)
    assert used.value.code == "auth.ticket"


def test_a_ticket_expires(store: Store, ada: User, advance, clock, settings) -> None:
    ticket = store.create_ticket(ada.id, advance("open").id, ORIGIN)
    clock.advance(settings.ticket_s)
    with pytest.raises(NotAuthenticated):
        store.redeem_ticket(ticket, ORIGIN)


def test_another_origin_is_refused_and_uses_the_ticket_up(store: Store, ada: User, advance) -> None:
    ticket = store.create_ticket(ada.id, advance("open").id, ORIGIN)
    with pytest.raises(NotAuthenticated):
        store.redeem_ticket(ticket, "https://evil.example")
    with pytest.raises(NotAuthenticated):
        store.redeem_ticket(ticket, ORIGIN)


def test_signing_out_voids_tickets(store: Store, ada: User, advance) -> None:
    token, _ = store.create_session(ada)
    ticket = store.create_ticket(ada.id, advance("open").id, ORIGIN, session_token=token)
    store.end_session(token)
    with pytest.raises(NotAuthenticated):
        store.redeem_ticket(ticket, ORIGIN)


def test_a_session_token_is_no_ticket(store: Store, ada: User) -> None:
    token, _ = store.create_session(ada)
    with pytest.raises(NotAuthenticated):
        store.redeem_ticket(token, ORIGIN)


def test_the_database_holds_hashes_only(store: Store, ada: User, advance) -> None:
    token, csrf = store.create_session(ada)
    ticket = store.create_ticket(ada.id, advance("open").id, ORIGIN)
    with store._database.read() as connection:
        rows = [
            str(row)
            for table in ("sessions", "tickets", "audit")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
        ]
    for secret in (token, csrf, ticket):
        assert not any(secret in row for row in rows)
