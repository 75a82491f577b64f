"""``sidenote import``: a transcript file becomes a visit with a draft."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.errors import InvalidInput, NotFound
from app.imports.parse import kind_of, parse
from app.imports.spoken import Spoken
from app.imports.take import take
from app.settings import settings
from visit.ids import EncounterId


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="import")(import_transcript)


def import_transcript(
    file: Annotated[Path, typer.Argument(help="A transcript: .txt, .vtt or .json.")],
    user: Annotated[str, typer.Option(help="User name of the clinician whose visit it is.")],
    consent: Annotated[
        Literal["verbal", "written"] | None, typer.Option(help="How the patient consented, unless the file says so.")
    ] = None,
    encounter: Annotated[str | None, typer.Option(help="The EHR's encounter, unless the file names it.")] = None,
) -> None:
    """Take a transcript into the record and draft its note; prints the encounter as JSON. Twice is once."""
    spoken = read(file)
    head = replace(spoken.head, consent=consent or spoken.head.consent, encounter=encounter or spoken.head.encounter)
    print(json.dumps(asyncio.run(draft(user, replace(spoken, head=head)))))


def read(file: Path) -> Spoken:
    """What a file says; a fault names its line."""
    kind = kind_of(file.name)
    if kind is None:
        raise InvalidInput("The file is no .txt, .vtt or .json.", code="input.media_type")
    try:
        return parse(file.read_bytes(), kind)
    except OSError:
        raise NotFound(f"there is no file {file}", code="not_found.file") from None


async def draft(username: str, spoken: Spoken) -> dict[str, str]:
    """Take the transcript and wait until it is drafted."""
    from app.engines import build_parts
    from app.live.visits import Visits

    chosen = settings()
    parts = await asyncio.to_thread(build_parts, chosen, hears=False)
    visits = Visits(parts, chosen)
    try:
        owner = next((u for u in parts.store.users() if u.username == username and u.role == "clinician"), None)
        if owner is None:
            raise NotFound("there is no clinician of this name", code="not_found.user")
        encounter = await take(parts, visits, owner, spoken, chosen.template)
        await visits.settle(EncounterId(encounter))
        return {"encounter": encounter, "state": parts.store.encounter(encounter).state}
    finally:
        await visits.close()
        parts.store.close()
