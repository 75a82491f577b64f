"""Whom an identity provider means: the subject decides, the name only once."""

import pytest

from app.errors import NotAllowed, NotFound
from app.records import User
from app.store import Store
from app.store.identities import Identity

pytestmark = pytest.mark.unit

ISSUER = "https://id.example"


def test_a_subject_is_linked_once_and_stays(store: Store, ada: User) -> None:
    mine = Identity(ISSUER, "s-1", ada.username, "Ada")
    assert store.identified(mine) == ada
    renamed = Identity(ISSUER, "s-1", "somebody", "Ada")
    assert store.identified(renamed) == ada, "a name may change at the provider"
    for other in (Identity(ISSUER, "s-2", ada.username, "Ada"), Identity(ISSUER, "s-3", "nobody", "Nobody")):
        with pytest.raises(NotAllowed) as refused:
            store.identified(other)
        assert refused.value.code == "auth.oidc_user"
    assert store.identified(Identity("https://other.example", "s-2", ada.username, "Ada")) == ada


def test_unlinking_ends_sessions_and_makes_room(store: Store, ada: User) -> None:
    with pytest.raises(NotFound):
        store.unlink(ada.id)
    store.identified(Identity(ISSUER, "s-1", ada.username, "Ada"))
    token, _ = store.create_session(ada, "oidc")
    session = store.session(token)
    assert session.via == "oidc"
    store.unlink(ada.id)
    assert not store.session_alive(session.id)
    assert store.identified(Identity(ISSUER, "s-2", ada.username, "Ada")) == ada


def test_a_locked_account_is_nobodys(store: Store, ada: User) -> None:
    store.disable_user(ada.id)
    for _ in range(2):
        with pytest.raises(NotAllowed):
            store.identified(Identity(ISSUER, "s-1", ada.username, "Ada"))


def test_making_accounts_needs_a_role_and_never_takes_one_over(store: Store, ada: User) -> None:
    with pytest.raises(NotAllowed):
        store.identified(Identity(ISSUER, "s-5", "new", "New"), provision=True)
    made = store.identified(Identity(ISSUER, "s-5", "new", "New", "coder"), provision=True)
    assert (made.username, made.role) == ("new", "coder")
    assert store.identified(Identity(ISSUER, "s-5", "new", "New", "coder"), provision=True) == made
    store.identified(Identity(ISSUER, "s-1", ada.username, "Ada"))
    with pytest.raises(NotAllowed):
        store.identified(Identity(ISSUER, "s-6", ada.username, "Thief", "admin"), provision=True)
    assert store.user(ada.id).role == ada.role


def test_a_changed_role_ends_what_the_old_one_opened(store: Store, ada: User) -> None:
    token, _ = store.create_session(ada)
    session = store.session(token).id
    now = store.identified(Identity(ISSUER, "s-1", ada.username, "Ada", "coder"))
    assert (now.id, now.role) == (ada.id, "coder")
    assert not store.session_alive(session)
