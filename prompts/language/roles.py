"""Who is really speaking: the labelled role, corrected where what is said contradicts it.

Labels of diarised or transcribed visits are sometimes swapped, for a whole visit or for a few turns.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from visit.cues import cues
from visit.turns import Speaker, Turn

_CLINICIAN: Final = re.compile(
    r"\b(?:any (?:history|fever|chills|chest|nausea|other|shortness|pain|numbness|family)|do you "
    r"(?:have|take|smoke|drink|feel)|"
    r"have you (?:had|ever|been|noticed|tried)|how long|what brings|take a (?:look|listen|deep)|deep "
    r"breath|your (?:exam|heart|lungs|blood pressure|"
    r"x-ray|labs?|results?|vitals?|vital signs|symptoms|medications?|allergies|chart|belly|abdomen|knee|back)|"
    r"on (?:your )?(?:physical )?exam(?:ination)?|i'm going to (?:order|prescribe|send|refer|have "
    r"you|put|give|check|examine|ask|listen|start)|"
    r"i (?:want|would like|'d like) (?:you )?to|i appreciate|let's (?:go|talk|do|start|get|take)|"
    r"prescri(?:be|ption for you)|follow up with (?:me|you)|"
    r"assessment|year[- ]old|i (?:recommend|suggest)|do you have any questions|milligrams|refer you|"
    r"physical therapy|on a scale)\b",
    re.I,
)
_PATIENT: Final = re.compile(
    r"\b(?:i(?:'ve| have) (?:been|had|noticed|got|this|a)|i (?:feel|felt|took|take|went|woke|hurt|"
    r"fell|noticed|smoke|drink|work|live|do n't|don't|can't|ca n't)|"
    r"my (?:back|knee|head|stomach|chest|leg|arm|foot|neck|shoulder|throat|wife|husband|mom|mother|"
    r"dad|father|son|daughter|doctor|pcp|"
    r"symptoms|pain|blood pressure|heart|eyes?|ears?|hand|skin|job|work|period)|it hurts|thank you "
    r"doctor|thanks doctor)\b",
    re.I,
)
_OVERRIDE: Final = 3
_ONLY_CLINICIAN: Final = re.compile(cues("only_clinician"), re.I)


def only_a_clinician(clause: str) -> bool:
    """Whether words are such as only a clinician says: orders, examination of the hearer, instructions."""
    return bool(_ONLY_CLINICIAN.search(clause))


def roles(turns: Sequence[Turn]) -> tuple[Speaker, ...]:
    """The role of each turn: as labelled, swapped when the whole visit reads the other way round, and the other
    one where a single turn strongly does."""
    leanings = [_leaning(turn.text) for turn in turns]
    tallies = {Speaker.CLINICIAN: 0, Speaker.PATIENT: 0}
    for turn, leaning in zip(turns, leanings, strict=True):
        if turn.speaker in tallies:
            tallies[turn.speaker] += leaning
    swapped = tallies[Speaker.PATIENT] - tallies[Speaker.CLINICIAN] > 2 * _OVERRIDE
    return tuple(_role(turn.speaker, leaning, swapped) for turn, leaning in zip(turns, leanings, strict=True))


@lru_cache(4096)
def _leaning(text: str) -> int:
    """How much more a text sounds like a clinician than like a patient."""
    return len(_CLINICIAN.findall(text)) - len(_PATIENT.findall(text))


def _role(speaker: Speaker, leaning: int, swapped: bool) -> Speaker:
    if swapped and speaker in (Speaker.CLINICIAN, Speaker.PATIENT):
        speaker = Speaker.PATIENT if speaker is Speaker.CLINICIAN else Speaker.CLINICIAN
    if leaning >= _OVERRIDE and speaker is not Speaker.CLINICIAN:
        return Speaker.CLINICIAN
    if leaning <= -_OVERRIDE and speaker is Speaker.CLINICIAN:
        return Speaker.PATIENT
    return speaker
