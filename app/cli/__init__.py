"""The command line. Results go to standard output, everything said to people to standard error."""

import os
import sys

# Idle threads of one library must not spin against another's (see docs/architecture.md, "Threads").
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import typer
from rich.console import Console

from app.cli import audit, backup, doors, ehr, imports, keys, models, people, retention, serve, templates, voices
from app.errors import SidenoteError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
doors.register(app)
serve.register(app)
app.add_typer(models.app, name="models")
app.add_typer(ehr.app, name="ehr")
app.add_typer(people.app, name="users")
app.add_typer(templates.app, name="templates")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(retention.app, name="retention")
backup.register(app)
imports.register(app)
voices.register(app)


def main() -> None:
    """Run the command line; an error of ours is one clear line and exit code 2."""
    try:
        app()
    except SidenoteError as error:
        Console(stderr=True).print(f"[bold red]error[/] {error.message} [dim]({error.code})[/]", highlight=False)
        sys.exit(2)
