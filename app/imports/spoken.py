"""What a transcript file says: its turns, and what its head tells about the visit."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from app.doors import SPEAKERS
from app.errors import InvalidInput
from prompts.untrusted import normalise
from visit.audio import SAMPLE_RATE
from visit.turns import Speaker, Transcript, Turn

Kind = Literal["text", "vtt", "json"]
Consent = Literal["verbal", "written"]

MOST_TURNS: Final = 5000
LONGEST_TURN: Final = 20_000
MORE_SPEAKERS: Final = {
    "d": "doctor", "p": "patient", "gp": "doctor", "md": "doctor", "np": "doctor", "pa": "doctor", "dr.": "doctor",
    "mother": "family", "father": "family", "wife": "family", "husband": "family", "daughter": "family",
    "son": "family", "parent": "family", "carer": "family", "caregiver": "family", "interpreter": "other",
    "unknown": "unknown",
}  # fmt: skip
"""Further names that transcripts give to people, each with the one that :data:`app.doors.SPEAKERS` knows."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a file says about its visit: the EHR's encounter, how the patient consented, the format of the note."""

    encounter: str | None = None
    consent: Consent | None = None
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A transcript as read from a file."""

    transcript: Transcript
    head: Head = Head()


def fault(problem: str, line: int | None = None) -> InvalidInput:
    """What is wrong with a file and in which line; never what stands there."""
    said = f"Line {line}: {problem}" if line is not None else problem[:1].upper() + problem[1:]
    return InvalidInput(f"{said}.", code="input.transcript", line=line)


def speaker_of(label: str) -> Speaker | None:
    """The role that a label names; ``None`` for a label that names none."""
    name = label.strip().casefold().rstrip(":")
    name = MORE_SPEAKERS.get(name, name)
    return Speaker.UNKNOWN if name == "unknown" else SPEAKERS.get(name)


def with_entry(head: Head, name: str, value: str, line: int) -> Head:
    """A head with one more entry."""
    value = normalise(value)
    if name == "consent":
        if value.casefold() not in ("verbal", "written"):
            raise fault("consent must be verbal or written", line)
        return replace(head, consent="written" if value.casefold() == "written" else "verbal")
    if not value or len(value) > 200:
        raise fault(f"{name} must be named in at most 200 characters", line)
    return replace(head, encounter=value) if name == "encounter" else replace(head, template=value)


def turn(index: int, speaker: Speaker, text: str, times: tuple[float, float], line: int) -> Turn:
    """One turn; ``times`` are seconds. Refuses what no turn can be."""
    said = normalise(text)
    if not said:
        raise fault("the turn has no text", line)
    if len(said) > LONGEST_TURN:
        raise fault(f"the turn is longer than {LONGEST_TURN} characters", line)
    if index >= MOST_TURNS:
        raise fault(f"there are more than {MOST_TURNS} turns", line)
    start, end = (round(second * SAMPLE_RATE) for second in times)
    return Turn(index, speaker, said, start, end)


def spoken(turns: list[Turn], head: Head) -> Spoken:
    """The whole of a file; refuses one in which nobody speaks."""
    if not turns:
        raise fault("nobody speaks in this file")
    seconds = max(each.end for each in turns) / SAMPLE_RATE
    return Spoken(Transcript(tuple(turns), duration_s=seconds, model="imported"), head)
