"""``sidenote serve``, ``demo``, ``doctor``, ``schema`` and ``sbom``."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.settings import settings


def register(app: typer.Typer) -> None:
    """Add the commands that run or examine the whole product."""
    app.command()(serve)
    app.command()(demo)
    app.command()(doctor)
    app.command()(schema)
    app.command()(sbom)


def serve(
    sandbox: Annotated[bool, typer.Option(help="Also run an invented EHR and create demo users.")] = False,
    port: Annotated[int | None, typer.Option(help="Overrides SIDENOTE_PORT.")] = None,
) -> None:
    """Run the server with its page."""
    import uvicorn

    from app.demo.people import DEMO_PEOPLE, add_demo_people
    from app.ehr.sandbox import Sandbox
    from app.engines import build_parts
    from app.logs import configure
    from app.server import create_app, server_options

    console, chosen = Console(stderr=True), settings()
    configure(chosen)
    with ExitStack() as stack:
        if sandbox:
            ehr = stack.enter_context(Sandbox(chosen.data_dir / "sandbox"))
            chosen = chosen.model_copy(update={"ehr_url": ehr.url})
        if port is not None:
            chosen = chosen.model_copy(update={"port": port})
        parts = build_parts(chosen)
        if sandbox:
            add_demo_people(parts.store)
            console.print("Sandbox: an invented EHR and these users, for trying things out only:", highlight=False)
            for person in DEMO_PEOPLE:
                console.print(f"  {person.role:9} {person.username} / {person.password}", highlight=False)
        console.print(f"Sidenote is at [bold]http://{chosen.host}:{chosen.port}/[/]", highlight=False)
        uvicorn.run(create_app(chosen, parts), **server_options(chosen))


def demo(
    speed: Annotated[float, typer.Option(help="How many times real time the visit is played.", min=0.5, max=8)] = 1.0,
    out: Annotated[Path, typer.Option(help="Where the results are left.")] = Path("out/demo"),
) -> None:
    """Play the sample visit through a real server into a real FHIR server, and check what arrives."""
    from app.demo.play import play

    raise typer.Exit(play(out, speed))


def doctor() -> None:
    """Say in plain words what is there and what is missing."""
    from app.doctor import examine

    complaints = 0
    console = Console()
    for check in examine(settings()):
        complaints += not check.ok
        console.print(f"[green]✓[/] {check.name}" if check.ok else f"[red]✗[/] {check.name}: {check.advice}")
    raise typer.Exit(1 if complaints else 0)


def schema() -> None:
    """Print the TypeScript types of everything on the wire."""
    from app.schema import wire

    print(wire(), end="")


def sbom() -> None:
    """Print the software bill of materials, CycloneDX JSON."""
    import json

    from app.sbom import sbom as bill

    print(json.dumps(bill(), indent=1))
