"""``sidenote retention``: what is deleted when, and what a legal hold keeps."""

import json
from typing import Annotated

import typer
from rich.console import Console

from app.cli.record import opened_store
from app.store.part import SYSTEM
from visit.ids import EncounterId

app = typer.Typer(no_args_is_help=True, help="Delete what is due, and hold what must stay.")


@app.command()
def run(dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False) -> None:
    """Delete what the retention settings say; prints a line of JSON for each thing."""
    with opened_store() as store:
        for due in store.due() if dry_run else store.run_retention():
            print(json.dumps({"encounter": due.encounter, "kind": due.kind, "deleted": not dry_run}))


@app.command()
def hold(encounter: str, reason: Annotated[str, typer.Option(help="Why it must stay; sealed in the record.")]) -> None:
    """Keep an encounter whatever the rules say."""
    with opened_store() as store:
        store.hold(SYSTEM, EncounterId(encounter), reason)


@app.command()
def release(encounter: str) -> None:
    """Let the rules apply to an encounter again."""
    with opened_store() as store:
        store.release(SYSTEM, EncounterId(encounter))


@app.command()
def holds() -> None:
    """List what is held; prints a line of JSON for each encounter."""
    with opened_store() as store:
        for held in store.holds():
            print(json.dumps({"encounter": held.encounter, "since": held.at.isoformat(), "reason": held.reason}))


@app.command()
def erase(
    encounter: str, yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")] = False
) -> None:
    """Delete one encounter and its key at once, before any rule would. It cannot be brought back."""
    if not yes:
        typer.confirm(f"Erase encounter {encounter} for good?", abort=True, err=True)
    with opened_store() as store:
        store.erase(SYSTEM, EncounterId(encounter), "encounter")
        store.forget_deleted()
    Console(stderr=True).print("erased", highlight=False)
