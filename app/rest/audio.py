"""``/api/encounters/{id}/upload`` and ``/audio``: recorded files in, sound clips out."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from app.errors import Conflict, InvalidInput, TooLarge, Unavailable
from app.live.plain import PlainFile
from app.records import RECORDABLE, Encounter
from app.rest.context import ReadEncounter, RecordedEncounter, ServiceHere, UserHere
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["audio"])

CONTAINERS = frozenset({"video/webm", "video/mp4", "application/ogg", "application/octet-stream"})
"""Types other than ``audio/…`` under which browsers send recordings."""

BLOCK = 1 << 20


@router.post("/upload", status_code=202)
async def upload(request: Request, here: ServiceHere, encounter: RecordedEncounter) -> None:
    """Take a recorded visit: the body is the audio file itself. It is then heard like a live visit."""
    kind = request.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if not kind.startswith("audio/") and kind not in CONTAINERS:
        raise InvalidInput("Send an audio file with its audio/… content type.", code="input.media_type")
    _refuse_unready(encounter)
    file = await receive(request, here.settings.data_dir, here.settings.max_upload_mb * 1024 * 1024)
    handed_over = False
    try:
        if not file.size:
            raise InvalidInput("The file is empty.", code="input.empty")
        await here.visits.upload(encounter.id, file)
        handed_over = True
    finally:
        if not handed_over:
            file.close()


@router.get("/audio", responses={200: {"content": {"audio/wav": {}}}}, response_class=StreamingResponse)
def clip(
    here: ServiceHere,
    user: UserHere,
    encounter: ReadEncounter,
    start: Annotated[int, Query(ge=0)] = 0,
    end: Annotated[int | None, Query(ge=0)] = None,
) -> StreamingResponse:
    """Samples ``start`` to ``end`` as a WAV file."""
    end = encounter.samples if end is None else min(end, encounter.samples)
    if start >= end:
        raise InvalidInput("There is no audio there.", code="input.range")
    here.store.audit(user.id, "audio.played", f"encounter:{encounter.id}", start=start, end=end)
    data_bytes = (end - start) * encounter.channels * BYTES_PER_SAMPLE
    header = wav_header(data_bytes, encounter.channels)

    def body() -> Iterator[bytes]:
        yield header
        yield from here.store.audio_chunks(encounter.id, start, end)

    return StreamingResponse(body(), media_type="audio/wav", headers={"Content-Length": str(len(header) + data_bytes)})


def wav_header(data_bytes: int, channels: int) -> bytes:
    """The 44 bytes before ``data_bytes`` of 16-bit PCM."""
    width = channels * BYTES_PER_SAMPLE
    return b"".join(
        (
            b"RIFF" + (36 + data_bytes).to_bytes(4, "little") + b"WAVEfmt ",
            (16).to_bytes(4, "little") + (1).to_bytes(2, "little") + channels.to_bytes(2, "little"),
            SAMPLE_RATE.to_bytes(4, "little") + (SAMPLE_RATE * width).to_bytes(4, "little"),
            width.to_bytes(2, "little") + (8 * BYTES_PER_SAMPLE).to_bytes(2, "little"),
            b"data" + data_bytes.to_bytes(4, "little"),
        )
    )


def _refuse_unready(encounter: Encounter) -> None:
    """Say no before half a gigabyte was sent."""
    if encounter.consent is None or not encounter.consent.given:
        raise Conflict("The patient has not consented to being recorded.", code="conflict.consent")
    if encounter.state not in RECORDABLE:
        raise Conflict("This visit was recorded already.", code="conflict.closed", state=encounter.state)


async def receive(request: Request, folder: Path, limit: int) -> PlainFile:
    """The body in a file without a name on the disk of ``folder``; whoever has it closes it."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    file = None
    try:
        file = await asyncio.to_thread(PlainFile.in_folder, folder)
        async for block in _blocks(request.stream()):
            if file.size + len(block) > limit:
                raise _too_large(limit)
            await asyncio.to_thread(file.write, block)
    except BaseException as error:
        if file is not None:
            file.close()
        if isinstance(error, OSError):
            raise Unavailable("The file cannot be stored now.", code="unavailable.disk") from None
        raise
    return file


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The file is larger than {limit // (1024 * 1024)} MB.", code="limit.upload")


async def _blocks(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream in pieces that are worth a trip to the disk."""
    block = bytearray()
    async for piece in stream:
        block += piece
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)
