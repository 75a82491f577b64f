"""``sidenote templates``: note formats as files, checked, previewed, kept in the record."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.cli.files import read_text
from app.errors import InvalidInput
from app.settings import settings
from prompts import template_files, templates
from prompts.errors import TemplateError
from prompts.templates import Template

app = typer.Typer(no_args_is_help=True, help="Check, preview and keep note formats.")

File = Annotated[Path, typer.Argument(help="A note format as TOML.")]


def read(path: Path) -> Template:
    """The format in a file; a fault names its line and key."""
    try:
        return templates.parse(read_text(path), path.name)
    except TemplateError as error:
        raise InvalidInput(str(error), code="input.template") from None


@app.command()
def check(file: File) -> None:
    """Say whether a format can be used; exit code 2 names the line and key of the first fault."""
    template = read(file)
    shown = ", ".join(section.title for section in template.sections)
    Console().print(f"{file.name}: {template.title} ({shown}) can be used", highlight=False)


@app.command()
def preview(file: File) -> None:
    """Print the sample visit's note in a format, as it would be signed."""
    template = read(file)
    from app.samplenote import SampleNote
    from nlp.reader import ClinicalReader
    from prompts.drafter import SegmentDrafter

    print(SampleNote(ClinicalReader(), SegmentDrafter(None)).text(templates.renamed(template, "_preview")), end="")


@app.command(name="list")
def list_templates() -> None:
    """Show the formats that are offered."""
    from app.store import Store

    store, table = Store.open(settings()), Table("name", "version", "title", "of the clinic")
    try:
        for template in store.templates():
            own = template.name not in templates.names()
            table.add_row(template.name, str(template.version), template.title, "yes" * own)
    finally:
        store.close()
    Console().print(table)


@app.command(name="import")
def import_template(file: File) -> None:
    """Keep a format in the record as the next version of its name."""
    from app.store import Store
    from app.store.part import SYSTEM

    template, store = read(file), Store.open(settings())
    try:
        kept = store.save_template(SYSTEM, template)
    finally:
        store.close()
    Console(stderr=True).print(f"kept {kept.name}, version {kept.version}", highlight=False)


@app.command(name="export")
def export_template(name: str) -> None:
    """Print a format as a file, the shipped ones too."""
    from app.store import Store

    store = Store.open(settings())
    try:
        print(template_files.text_of(templates.data_of(store.template(name))), end="")
    finally:
        store.close()
