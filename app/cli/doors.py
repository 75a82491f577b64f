"""``sidenote transcribe``, ``draft`` and ``codes``: each room by itself, JSON out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console

from app.cli.files import read_rows, read_text, write_rows
from app.errors import InvalidInput, NotFound
from app.live.limits import DRAFT_WITHIN_S
from app.settings import settings

Out = Annotated[Path, typer.Option("--out", help="Where the result goes; - is standard output.")]
AsJson = Annotated[bool, typer.Option("--json", help="Accepted for clarity: the result is always JSON.")]


def register(app: typer.Typer) -> None:
    """Add the three doors to the command line."""
    app.command()(transcribe)
    app.command()(draft)
    app.command()(codes)


def transcribe(
    audio: Annotated[Path, typer.Argument(help="WAV, FLAC, MP3, OGG or WebM.")],
    live: Annotated[bool, typer.Option("--live", help="Stream it through the engine in real time.")] = False,
    speed: Annotated[float, typer.Option(help="With --live: how many times real time.", min=0.1)] = 1.0,
    events: Annotated[Path | None, typer.Option(help="With --live: write every event here, JSON lines.")] = None,
    chart: Annotated[Path | None, typer.Option(help="JSON chart whose terms bias the recogniser.")] = None,
    out: Out = Path("-"),
    as_json: AsJson = True,  # noqa: ARG001
) -> None:
    """Words and turns of a recording."""
    from app.doors import chart_from, transcript_json
    from app.engines import build_transcriber
    from asr.door import live_file, transcribe_file
    from asr.errors import BadAudio

    if not audio.is_file():
        raise NotFound(f"there is no file {audio}", code="not_found.file")
    context = chart_from(json.loads(read_text(chart))) if chart else chart_from(None)
    transcriber = build_transcriber(settings())
    try:
        if not live:
            write_rows(out, [transcript_json(transcribe_file(transcriber, audio, context))], lines=False)
            return
        if events is None:
            transcript = live_file(transcriber, audio, context, speed, lambda _: None)
        else:
            with events.open("w", encoding="utf-8") as log:

                def write(event: dict[str, Any]) -> None:
                    log.write(json.dumps(event, ensure_ascii=False) + "\n")
                    log.flush()

                transcript = live_file(transcriber, audio, context, speed, write)
        write_rows(out, [transcript_json(transcript)], lines=False)
    except BadAudio as error:
        raise InvalidInput(f"{audio}: {error}", code=f"input.{error.code}") from None
    finally:
        transcriber.close()


def draft(
    encounter: Annotated[Path, typer.Argument(help='JSON or JSON lines of {"id", "turns", "chart"?}; - reads input.')],
    engine: Annotated[Literal["local", "openai", "rules"] | None, typer.Option(help="Who writes.")] = None,
    template: Annotated[str, typer.Option(help="Format of the note.")] = "soap",
    within_s: Annotated[
        float, typer.Option(help="Seconds that a model may word each visit; rules write what is left.")
    ] = DRAFT_WITHIN_S,
    out: Out = Path("-"),
    as_json: AsJson = True,  # noqa: ARG001
) -> None:
    """A note with evidence from a transcript."""
    rows, lines = read_rows(encounter)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise InvalidInput(f"encounter {number} is not a JSON object", code="input.json")
    from app.doors import draft_encounter
    from app.engines import build_drafter
    from nlp.reader import ClinicalReader
    from prompts.drafter import SegmentDrafter

    chosen = settings() if engine is None else settings().model_copy(update={"drafter": engine})
    drafter, rules, reader = build_drafter(chosen), SegmentDrafter(None), ClinicalReader()

    def drafts() -> Iterator[dict[str, Any]]:
        for row in rows:
            yield draft_encounter(row, reader, drafter, template, fallback=rules, within_s=within_s)

    write_rows(out, drafts(), lines)


def codes(
    note: Annotated[Path, typer.Argument(help='A note: text, JSON, or JSON lines of {"id", "text"|"sections"}.')],
    out: Out = Path("-"),
    as_json: AsJson = True,  # noqa: ARG001
) -> None:
    """ICD-10-CM suggestions for a written note."""
    from app.doors import note_from, suggest_codes
    from app.engines import build_coder

    coder = build_coder(settings())
    Console(stderr=True).print(f"ICD-10-CM, release of {coder.release}", highlight=False)
    if note.suffix == ".txt":
        write_rows(out, [suggest_codes(note_from({"text": read_text(note)}), coder)], lines=False)
        return
    rows, lines = read_rows(note)
    lines = lines or note.suffix == ".jsonl"

    def answers() -> Iterator[Any]:
        for row in rows:
            found = suggest_codes(note_from(row), coder)
            yield {"id": row.get("id"), "codes": found} if lines else found

    write_rows(out, answers(), lines)
