"""``sidenote models``: what is needed, what is there, and fetching what is missing."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.errors import NotFound
from app.models import Model, ModelCache, load_manifest
from app.models.pull import pull as pull_model
from app.settings import settings

app = typer.Typer(no_args_is_help=True, help="List, fetch and check models.")

Names = Annotated[list[str] | None, typer.Argument(help="Models; by default those of the chosen profile.")]


def chosen(names: list[str] | None) -> list[Model]:
    """The named models, or those of the profile."""
    manifest = load_manifest()
    if not names:
        return list(manifest.profile(settings().profile).values())
    for name in names:
        if name not in manifest.models:
            raise NotFound(f"the manifest has no model {name}", code="not_found.model")
    return [manifest.models[name] for name in names]


def cache() -> ModelCache:
    """The cache that the settings name."""
    return ModelCache(settings().models_dir, load_manifest())


@app.command(name="list")
def list_models() -> None:
    """Every model of the manifest, and whether it is in the cache."""
    profile = {model.name for model in load_manifest().profile(settings().profile).values()}
    table = Table("model", "about", "licence", "state", f"in {settings().profile}")
    for model in load_manifest().models.values():
        table.add_row(model.name, model.about, model.licence, cache().state(model)[0], "yes" * (model.name in profile))
    Console().print(table)


@app.command()
def pull(names: Names = None) -> None:
    """Fetch what is missing, check every hash, build the code index; does nothing when all is there."""
    from app.engines import build_coder

    say = Console(stderr=True)
    for model in chosen(names):
        changed = pull_model(cache(), model, lambda text: say.print(f"  {text}", highlight=False))
        say.print(f"[green]✓[/] {model.name} [dim]{'stored' if changed else 'already there'}[/]", highlight=False)
    if not names:
        build_coder(settings())
        say.print("[green]✓[/] icd-10-cm index", highlight=False)


@app.command()
def verify(names: Names = None) -> None:
    """Check every file against its hash; exit code 2 names the first that is wrong."""
    for model in chosen(names):
        cache().require(model)
        Console().print(f"{model.name}: ready", highlight=False)
