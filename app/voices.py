"""From a recording of one clinician to a voice print."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

from app.errors import InvalidInput
from app.live.plain import PlainFile
from app.live.uploads import Recording
from app.ports import Transcriber
from asr.errors import BadAudio
from visit.voices import VoicePrint

MOST_BYTES: Final = 50 << 20
"""A recording of a minute is a few megabytes in any format."""

MOST_S: Final = 120


def take_print(transcriber: Transcriber, decode: Callable[[Path], Recording], path: Path) -> VoicePrint:
    """The print of the voice in a file; raises :class:`InvalidInput` when the sound cannot be used or is too short.

    At most two minutes are listened to; the sound is decoded into memory that is gone on return.
    """
    try:
        recording = decode(path)
        if recording.channels != 1:
            raise InvalidInput("Record one voice on one channel.", code="input.audio.channels")
        with closing(PlainFile.in_memory(path.parent)) as pcm:
            for second, block in enumerate(recording.blocks(1.0)):
                if second < MOST_S:
                    pcm.write(block)
            return transcriber.enrol(pcm.path)
    except BadAudio as error:
        text = str(error)
        raise InvalidInput(f"{text[:1].upper()}{text[1:]}.", code=f"input.{error.code}") from None
