"""``sidenote ehr``: the connection to the EHR, and checks on what would be filed."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.errors import NotFound

app = typer.Typer(no_args_is_help=True, help="Check the connection to the EHR and what would be filed.")


@app.callback()
def group() -> None:
    """Check the connection to the EHR and what would be filed."""


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


@app.command()
def test() -> None:
    """Test the connection that the settings describe; one line of JSON, exit code 0 when notes can be filed."""
    from app.ehr.client import Ehr
    from app.ehr.connection import examine
    from app.settings import settings

    found = examine(Ehr.from_settings(settings()))
    answer = {
        "ok": found.ok,
        "url": found.url,
        "destination": found.destination,
        "reachable": found.reachable,
        "software": found.software,
        "fhir_version": found.fhir_version,
        "refuses_duplicates": found.refuses_duplicates,
        "granted": found.granted,
        "missing": [{"scope": scope, "for": need.purpose, "optional": need.optional} for scope, need in found.missing],
        "problems": found.problems,
    }
    print(json.dumps(answer, ensure_ascii=False))
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def key(file: Annotated[Path, typer.Argument(help="Where the new private key goes.")]) -> None:
    """Make the key that proves who we are to the EHR; print its public half as a JWK set, to register there."""
    from app.smart.keys import make_key

    print(json.dumps(make_key(file).jwks()))
