"""``sidenote keys``: the master key."""

import typer
from rich.console import Console

from app.security import keys as keyring
from app.settings import settings

app = typer.Typer(no_args_is_help=True, help="Change the master key.")


@app.callback()
def group() -> None:
    """Change the master key."""


@app.command()
def rotate() -> None:
    """Give the record a new master key; the server must be stopped. Broken off, it goes on when it is run again."""
    from app.store.rotation import rotate as rotate_keys

    console, chosen = Console(stderr=True), settings()
    if rotate_keys(chosen):
        console.print("The record has a new master key. Back it up apart from the data.", highlight=False)
        return
    console.print(
        f"The record has a new master key: it is in {keyring.next_key_file(chosen)}. Put it where yours comes from, "
        "then delete that file. Until then the record does not open.",
        highlight=False,
    )
    raise typer.Exit(3)
