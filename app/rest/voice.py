"""``/api/voice``: the voice of the clinician who is signed in, so that visits know who is who from the start."""

import asyncio
from contextlib import closing

from fastapi import APIRouter, Request

from app.errors import InvalidInput
from app.rest.audio import receive
from app.rest.context import ServiceHere, UserHere
from app.security.access import require_role
from app.voices import MOST_BYTES, take_print
from app.wire.resources import VoiceView

router = APIRouter(prefix="/voice", tags=["voice"])


@router.get("")
def show(here: ServiceHere, user: UserHere) -> VoiceView:
    """Whether a voice is enrolled."""
    enrolled = here.store.voice(user.id)
    return VoiceView(enrolled=enrolled is not None, at=enrolled.at if enrolled else None)


@router.put("")
async def enrol(request: Request, here: ServiceHere, user: UserHere) -> VoiceView:
    """Enrol a voice: the body is an audio file of the clinician alone, best half a minute. The sound is not kept."""
    require_role(user, "clinician")
    with closing(await receive(request, here.settings.data_dir, MOST_BYTES)) as file:
        if not file.size:
            raise InvalidInput("The file is empty.", code="input.empty")
        taken = await asyncio.to_thread(take_print, here.parts.transcriber, here.parts.decode, file.path)
    await asyncio.to_thread(here.store.enrol_voice, user.id, taken, actor=user.id)
    return await asyncio.to_thread(show, here, user)


@router.delete("", status_code=204)
def forget(here: ServiceHere, user: UserHere) -> None:
    """Delete the voice print. Deleting twice is no error."""
    here.store.forget_voice(user.id, actor=user.id)
