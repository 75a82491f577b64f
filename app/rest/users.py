"""``/api/users``: accounts, for administrators."""

from fastapi import APIRouter

from app.errors import Conflict
from app.records import User
from app.rest.context import AdminHere, ServiceHere
from app.wire.access import AccountView, NewRole
from app.wire.resources import NewPassword, NewUser, UserView
from visit.ids import UserId

router = APIRouter(prefix="/users", tags=["users"])


@router.get("")
def list_users(here: ServiceHere, _admin: AdminHere) -> list[AccountView]:
    """Every account."""
    linked = here.store.linked()
    return [
        AccountView(**_view(user).model_dump(), second_factor=here.store.has_factor(user.id), linked=user.id in linked)
        for user in here.store.users()
    ]


@router.post("", status_code=201)
def add_user(body: NewUser, here: ServiceHere, admin: AdminHere) -> UserView:
    """Create an account."""
    return _view(here.store.add_user(body.username, body.name, body.role, body.password, actor=admin.id))


@router.put("/{user_id}/password", status_code=204)
def set_password(user_id: str, body: NewPassword, here: ServiceHere, admin: AdminHere) -> None:
    """Give an account a new password and end its sessions."""
    here.store.set_password(UserId(user_id), body.password, actor=admin.id)


@router.put("/{user_id}/role", status_code=204)
def set_role(user_id: str, body: NewRole, here: ServiceHere, admin: AdminHere) -> None:
    """Give an account another role and end its sessions."""
    if user_id == admin.id:
        raise Conflict("You cannot change your own role.", code="conflict.self")
    here.store.set_role(UserId(user_id), body.role, actor=admin.id)


@router.post("/{user_id}/unlock", status_code=204)
def unlock_user(user_id: str, here: ServiceHere, admin: AdminHere) -> None:
    """Let a locked account sign in again."""
    here.store.enable_user(UserId(user_id), actor=admin.id)


@router.delete("/{user_id}/second-factor", status_code=204)
def remove_factor(user_id: str, here: ServiceHere, admin: AdminHere) -> None:
    """Take an account's second factor away, because the telephone is lost."""
    here.store.remove_factor(UserId(user_id), actor=admin.id)


@router.delete("/{user_id}/identity", status_code=204)
def unlink(user_id: str, here: ServiceHere, admin: AdminHere) -> None:
    """Forget who an account is to the identity provider, because the person is somebody new there."""
    here.store.unlink(UserId(user_id), actor=admin.id)


@router.delete("/{user_id}", status_code=204)
def disable_user(user_id: str, here: ServiceHere, admin: AdminHere) -> None:
    """Lock an account and end its sessions. Accounts are never deleted: the audit log names them."""
    if user_id == admin.id:
        raise Conflict("You cannot lock your own account.", code="conflict.self")
    here.store.disable_user(UserId(user_id), actor=admin.id)


def _view(user: User) -> UserView:
    return UserView(id=user.id, username=user.username, name=user.name, role=user.role, disabled=user.disabled)
