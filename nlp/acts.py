"""What a statement does in a visit: reports, examines, reads results, assesses, plans, explains or chats.

A transparent reading by cue phrases. Speaker tags only help where the words do not decide, because they are
often swapped.
"""

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from visit.cues import cues


class Act(StrEnum):
    """What a statement does."""

    REPORT = "report"
    RECAP = "recap"
    VITALS = "vitals"
    EXAM = "exam"
    RESULT = "result"
    ASSESSMENT = "assessment"
    PLAN = "plan"
    EXPLANATION = "explanation"
    DEVICE = "device"
    CHAT = "chat"


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("nlp").joinpath("acts.toml").read_text("utf-8"))


def _cues(name: str) -> re.Pattern[str]:
    """The cues of ``acts.toml`` under a name, their lines joined."""
    return re.compile("".join(_table()[name]))


_DEVICE: Final = _cues("device")
_DEVICE_TALK: Final = _cues("device_talk")
_CHAT: Final = _cues("chat")
_EXAM: Final = _cues("exam")
_SYSTEM_SHOWS: Final = _cues("system_shows")
_EXAM_FUTURE: Final = _cues("exam_future")
_RESULT: Final = _cues("result")
_VITALS: Final = _cues("vitals")
_ASSESSMENT: Final = _cues("assessment")
_PLAN: Final = _cues("plan")
_EXPLANATION: Final = _cues("explanation")
_RECAP: Final = _cues("recap")
_NAMES_CAUSE: Final = _cues("names_cause")
_PATIENT_VOICE: Final = _cues("patient_voice")
_CLINICIAN_VOICE: Final = re.compile(r"\b(?:you|your|you're|you've)\b|\bi (?:do )?appreciate\b")


def clinician_voice(text: str) -> int:
    """Positive when the words are those of someone who speaks about the hearer, negative for one's own story."""
    return 2 * len(_CLINICIAN_VOICE.findall(text)) - 2 * len(_PATIENT_VOICE.findall(text))


_ONLY_CLINICIAN: Final = re.compile(cues("only_clinician"))
_HESITATION: Final = re.compile(cues("hesitation"), re.I)


def only_a_clinician(text: str) -> bool:
    """Whether words are such as only a clinician says: orders, examination of the hearer, instructions."""
    return bool(_ONLY_CLINICIAN.search(text))


def hesitates(text: str) -> bool:
    """Whether a turn is only the sound of somebody thinking."""
    return bool(_HESITATION.fullmatch(text))


def announces_exam(text: str) -> bool:
    """Whether a physical examination is about to begin."""
    return bool(_EXAM_FUTURE.search(text) or re.search(r"\b(?:physical|quick) exam", text))


_DEVICE_ORDER: Final = _cues("device_order")


def device_order(text: str) -> str | None:
    """The order inside a device command ("hey dragon, order an echocardiogram"), which is spoken all the same."""
    match = _DEVICE_ORDER.match(text)
    return text[match.end() :] if match else None


def device(text: str) -> bool:
    """Whether a sentence is a command to a device or talk about the recording."""
    return bool(_DEVICE.search(text) or _DEVICE_TALK.search(text))


def read(text: str, *, clinician: bool, planning: bool, examining: bool) -> Act:
    """The act of a statement. ``clinician`` is who most likely speaks; the other two say where the visit is."""
    if device(text):
        return Act.DEVICE
    if _CHAT.search(text):
        return Act.CHAT
    if not clinician or _EXAM_FUTURE.search(text):
        return Act.REPORT
    if _VITALS.search(text):
        return Act.VITALS
    plan, assess = bool(_PLAN.search(text)), bool(_ASSESSMENT.search(text))
    if _RECAP.search(text) and not plan and not _NAMES_CAUSE.search(text):
        return Act.RECAP
    if _SYSTEM_SHOWS.search(text):
        return Act.EXAM
    if _RESULT.search(text) and not re.search(
        r"\b(?:order\w*|repeat|recheck|get (?:a|an|some)|schedule|going to (?:get|do|order|check)|gonna (?:get|"
        r"do|order|check)|we'll (?:get|do|check))\b",
        text,
    ):
        return Act.RESULT
    if _EXAM.search(text) and not (plan and not examining):
        return Act.EXAM
    if plan:
        return Act.PLAN
    if assess:
        return Act.ASSESSMENT
    return _unmarked(text, planning=planning, examining=examining)


_IDENTIFIES: Final = _cues("identifies")


def identifies(text: str) -> bool:
    """Whether a statement says what something is ("that's a sprain")."""
    return bool(_IDENTIFIES.search(text))


def _unmarked(text: str, *, planning: bool, examining: bool) -> Act:
    """The act of a clinician's statement without a cue of its own: what the visit is doing."""
    if _EXPLANATION.search(text):
        return Act.EXPLANATION
    if identifies(text):
        return Act.ASSESSMENT
    if examining:
        return Act.EXAM
    return Act.PLAN if planning and not re.search(r"\byou (?:said|mentioned|told|were)\b", text) else Act.REPORT
