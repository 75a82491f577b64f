"""``sidenote audit``: the audit log, proven and handed out."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli.files import write_rows
from app.cli.record import opened_store
from app.errors import Broken
from app.security import checkpoints
from app.security.audit_event import audit_event
from app.settings import settings
from app.store.part import SYSTEM

app = typer.Typer(no_args_is_help=True, help="Prove and hand out the audit log.")


@app.command()
def verify(
    against: Annotated[Path | None, typer.Option(help="Checkpoint file; the one of the settings when unset.")] = None,
) -> None:
    """Follow the whole chain and hold it against the checkpoints; one line of JSON, exit code 1 when it is broken."""
    with opened_store() as store:
        try:
            points = checkpoints.read(against or checkpoints.file_of(settings()))
            number, head = store.verify_audit(points)
        except Broken as broken:
            print(json.dumps({"ok": False, "problem": broken.message, "code": broken.code, **broken.extra}))
            raise typer.Exit(1) from None
    print(json.dumps({"ok": True, "entries": number, "head": head, "checkpoints": len(points)}))


@app.command()
def checkpoint(
    file: Annotated[Path | None, typer.Option(help="File to append to; the one of the settings when unset.")] = None,
) -> None:
    """Sign where the chain stands now, append that to the checkpoint file and print it."""
    with opened_store() as store:
        point = store.checkpoint()
    checkpoints.append(file or checkpoints.file_of(settings()), point)
    print(json.dumps({"number": point.number, "head": point.head, "at": point.at, "key": point.key}))


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="File to write, - for standard output.")] = Path("-"),
    form: Annotated[Literal["jsonl", "fhir"], typer.Option("--format", help="Entries, or FHIR AuditEvents.")] = "jsonl",
    after: Annotated[int, typer.Option(help="Only entries after this number.", min=0)] = 0,
) -> None:
    """Write the entries, one a line. The export is audited itself."""
    with opened_store() as store:
        store.audit(SYSTEM, "audit.exported", "audit", form=form)
        rows = (
            audit_event(entry)
            if form == "fhir"
            else {**asdict(entry), "at": entry.at.isoformat(timespec="microseconds")}
            for entry in store.audit_chain(after)
        )
        write_rows(out, rows, lines=True)
