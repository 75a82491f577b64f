"""``/api/encounters/{id}/transcript``: a visit that was written down elsewhere."""

import asyncio

from fastapi import APIRouter, Request

from app.errors import InvalidInput
from app.imports.parse import KIND_OF_TYPE, parse
from app.rest.context import RecordedEncounter, ServiceHere

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["audio"])


@router.post("/transcript", status_code=202)
async def take(request: Request, here: ServiceHere, encounter: RecordedEncounter) -> None:
    """Take a transcript as the whole visit: the body is plain text, WebVTT or JSON. It is drafted like any visit.

    A fault names the line. Consent is the encounter's; what a file says of its visit matters in the inbox only.
    """
    kind = KIND_OF_TYPE.get(request.headers.get("Content-Type", "").split(";")[0].strip().lower())
    if kind is None:
        raise InvalidInput("Send text/plain, text/vtt or application/json.", code="input.media_type")
    spoken = await asyncio.to_thread(parse, await request.body(), kind)
    await here.visits.transcribe(encounter.id, spoken.transcript)
