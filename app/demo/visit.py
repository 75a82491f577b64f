"""One recorded visit played through a running server, with the times at which things arrived."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.errors import Unavailable
from app.live.client import Account, LiveClient
from app.wire.messages import ErrorMessage, NoteEvent, ServerMessage, Status, TranscriptEvent, Words
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

FINISH_S = 600.0
"""Longest wait for the final note after stop."""


@dataclass(slots=True)
class Played:
    """What was measured: latencies in seconds of the visit's own time, the rest in seconds of the clock."""

    visit_s: float
    commit_latency_s: list[float] = field(default_factory=list)
    draft_ready_s: float | None = None
    final_pass_s: float | None = None
    no_speech: bool = False


async def play_visit(
    account: Account,
    encounter_id: str,
    pcm: bytes,
    speed: float,
    show: Callable[[ServerMessage, float], None],
) -> Played:
    """Play mono PCM as a microphone would, and wait for the note that rests on the final transcript.

    ``show`` gets every message with the seconds played so far.
    """
    played = Played(len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE)
    async with LiveClient(account, encounter_id) as client:
        began = time.monotonic()
        stopped: list[float] = []

        async def speak() -> None:
            await client.play(pcm, speed)
            stopped.append(time.monotonic())
            client.stop()

        speaking = asyncio.create_task(speak())
        try:
            async with asyncio.timeout(played.visit_s / speed + FINISH_S):
                async for message in client:
                    now = time.monotonic()
                    show(message, min((now - began) * speed, played.visit_s))
                    if note_down(played, message, (now - began) * speed, now - stopped[0] if stopped else None):
                        break
        except TimeoutError:
            raise Unavailable("The visit was not finished in time.", code="unavailable.finish") from None
        finally:
            speaking.cancel()
    return played


def note_down(played: Played, message: ServerMessage, at_s: float, after_stop_s: float | None) -> bool:
    """Record the times of one message; returns whether it is the last one waited for."""
    match message:
        case Words(words=words) if after_stop_s is None:
            played.commit_latency_s += [at_s - word.end / SAMPLE_RATE for word in words]
        case NoteEvent() if played.draft_ready_s is None:
            played.draft_ready_s = after_stop_s
        case TranscriptEvent():
            played.final_pass_s = after_stop_s
        case Status(state="no_speech"):
            played.no_speech = True
            return True
        case Status(state="drafted", detail=detail):
            return detail in ("final.done", "final.failed")
        case ErrorMessage(retryable=False, code=code, message=text):
            raise Unavailable(text, code=code)
    return False
