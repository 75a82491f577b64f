"""``sidenote backup`` and ``restore``."""

import json
from pathlib import Path
from typing import Annotated

import typer

from app.settings import settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(backup)
    app.command()(restore)


def backup(file: Annotated[Path, typer.Argument(help="File to make; it must not exist.")]) -> None:
    """Copy the record to a file while the server runs, and read the copy whole; prints the end of its audit log."""
    from app.store.backup import back_up

    number, head = back_up(settings(), file)
    print(json.dumps({"file": str(file), "bytes": file.stat().st_size, "entries": number, "head": head}))


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    replace: Annotated[bool, typer.Option("--replace", help="Move a record that is there aside.")] = False,
) -> None:
    """Make a backup the record again; the server must be stopped. The master key must be in its place."""
    from app.store.backup import restore as restore_record

    number, head = restore_record(settings(), file, replace=replace)
    print(json.dumps({"file": str(file), "entries": number, "head": head}))
