"""``sidenote ehr``: checks on what would be filed."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.errors import NotFound

app = typer.Typer(no_args_is_help=True, help="Check what would be filed.")


@app.callback()
def group() -> None:
    """Check what would be filed."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A DocumentReference or Provenance as JSON.")],
    profile: Annotated[Literal["us-core", "epic", "oracle"], typer.Option(help="Whose rules apply.")] = "us-core",
) -> None:
    """Run the pre-submit rules; one line of JSON, exit code 0 when there is nothing to object to."""
    from app.ehr.check import check_file

    if not file.is_file():
        raise NotFound(f"there is no file {file}", code="not_found.file")
    exit_code, answer = check_file(file, profile)
    print(json.dumps(answer, ensure_ascii=False))
    raise typer.Exit(exit_code)
