"""``sidenote users``: the people who may sign in."""

from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from app.errors import NotFound
from app.settings import settings
from app.store import Store

app = typer.Typer(no_args_is_help=True, help="Add and list users.")


@app.command()
def add(
    username: str,
    name: Annotated[str, typer.Option(help="Name as shown to others.")],
    role: Annotated[Literal["clinician", "coder", "admin"], typer.Option(help="What they may do.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add a user; the password is asked for when it is not given."""
    store = Store.open(settings())
    try:
        store.add_user(username, name, role, password)
    finally:
        store.close()
    Console(stderr=True).print(f"added {username} ({role})", highlight=False)


@app.command(name="list")
def list_users() -> None:
    """Show who may sign in."""
    store = Store.open(settings())
    table = Table("username", "name", "role")
    try:
        for user in store.users():
            table.add_row(user.username, user.name, user.role)
    finally:
        store.close()
    Console().print(table)


@app.command()
def unlink(username: str) -> None:
    """Forget who a user is to the identity provider; the next person there with this name gets the account."""
    store = Store.open(settings())
    try:
        user = next((user for user in store.users() if user.username == username), None)
        if user is None:
            raise NotFound("There is no such user.", code="not_found.user")
        store.unlink(user.id)
    finally:
        store.close()
    Console(stderr=True).print(f"unlinked {username}", highlight=False)
