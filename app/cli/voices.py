"""``sidenote enrol``: a clinician's voice, so that visits know who is who from the start."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.errors import InvalidInput, NotFound
from app.settings import settings
from app.store import Store


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(enrol)


def enrol(
    username: str,
    audio: Annotated[Path | None, typer.Argument(help="Half a minute of this person alone, any audio format.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the voice print instead.")] = False,
) -> None:
    """Keep the voice print of a clinician, encrypted; the sound itself is not kept."""
    if (audio is None) is not delete:
        raise InvalidInput("Give an audio file, or --delete.", code="input.enrol")
    if audio is not None and not audio.is_file():
        raise NotFound(f"there is no file {audio}", code="not_found.file")
    store = Store.open(settings())
    try:
        user = next((user for user in store.users() if user.username == username), None)
        if user is None:
            raise NotFound("There is no such user.", code="not_found.user")
        if audio is None:
            store.forget_voice(user.id)
            said = "deleted the voice print of"
        else:
            from app.engines import build_transcriber
            from app.voices import take_print
            from asr.audio import open_recording

            transcriber = build_transcriber(settings())
            try:
                store.enrol_voice(user.id, take_print(transcriber, open_recording, audio))
            finally:
                transcriber.close()
            said = "enrolled"
    finally:
        store.close()
    Console(stderr=True).print(f"{said} {username}", highlight=False)
