"""Which voice is the clinician's: language cues gathered over the visit. Unknown is an answer."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from visit.turns import Speaker

_CUES: Final[tuple[tuple[float, str], ...]] = (
    # A clinician introduces, asks, examines, explains and plans.
    (2.0, r"\b(?:i'm|i am|this is|my name is|it's) (?:doctor|dr|nurse)\b"),
    (2.0, r"\bwhat (?:brings|brought) you\b|\bhow (?:can|may) i help\b|\bwhat can i do for you\b"),
    (2.0, r"\b(?:deep breath|breathe in|open (?:your|up)|lie down|say ah|roll up your)\b"),
    (
        1.5,
        r"\b(?:let me|i'm (?:going to|gonna)|i'll|i will|i'd like to|i would like to|we'll|we will|let's)"
        r"(?: \w+){0,3} (?:examine|listen|look at|feel your|check|press|order|refer|prescribe|start you|send|get you|"
        r"give you|see you|have you)\b",
    ),
    (
        1.5,
        r"\b(?:i'm prescribing|prescribe|refer you|referral|follow up|blood tests?|safety net|on (?:your )?exam|"
        r"on examination|your (?:blood work|labs|x-ray|results?|mri|vitals)) (?:\w+ )?",
    ),
    (1.0, r"\b(?:do|did|are|have|has|were|can|could|would|does|is) (?:you|your|there any|it|that)\b[^.?!]*\?"),
    (
        1.0,
        r"\b(?:how (?:long|often|many|much|bad|are you|is your|have you)|when did|where (?:is|does)|any (?:other )?"
        r"(?:pain|fever|cough|allergies|history|problems|symptoms|nausea|vomiting|chest|shortness|changes|family|"
        r"medical|medications?))\b[^.?!]*\?",
    ),
    (0.5, r"\?"),
    (
        0.7,
        r"\b(?:you (?:mentioned|said|told me)|your (?:symptoms?|medications?|medical|family|past)|you(?:'re| are) "
        r"(?:taking|having|feeling)|have you (?:had|been|noticed|ever|taken|tried))\b",
    ),
    (
        0.7,
        r"\b(?:sorry to hear|that's (?:good|great) to hear|any questions|make sure (?:you|that)|if (?:it|things|you) "
        r"(?:gets?|don't|do not|start|notice|have)|come back (?:and|if|to))\b",
    ),
    # A patient tells of a body, answers, and addresses the doctor.
    (-1.5, r"\b(?:thank you|thanks|okay|yes|no|hi|hello),? (?:doctor|doc)\b"),
    (
        -1.0,
        r"\b(?:i(?:'ve| have) (?:been|had|got|noticed|just|tried|taken)|i(?: was|'m| am) (?:feeling|having|taking|"
        r"worried|getting|just|on)|i (?:feel|felt|get|got|had|took|take|started|noticed|woke|can't|couldn't|think it|"
        r"usually|haven't|don't|didn't|live|work|smoke|drink))\b",
    ),
    (
        -1.0,
        r"\b(?:my (?:stomach|tummy|head|chest|back|leg|arm|knee|throat|skin|mum|mom|dad|wife|husband|son|daughter|"
        r"mother|father|doctor|gp|job|work|eyes?|neck|foot|hand|shoulder|belly|period|partner))\b",
    ),
    (-1.0, r"^(?:no|yes|yeah|nope|not really)\b[, ]+(?:i|it|not|just|my)\b"),
    (
        -0.6,
        r"\b(?:it (?:hurts|started|comes|feels|itches|gets|was|just)|should i|could it be|is it serious|do i need)\b",
    ),
    (-0.4, r"^(?:no|yes|yeah|nope|not really|mm-hmm)\b[.,]?"),
)

_PATTERNS: Final = tuple((weight, re.compile(pattern)) for weight, pattern in _CUES)

_SURE: Final = 3.0
"""Difference of two voices' cue scores from which their roles are told."""

_HEARD: Final = 8
"""Words a voice must have said before it has a role."""


class RoleBook:
    """What each voice has said so far, and the role that follows from it."""

    def __init__(self, fixed: Mapping[str, Speaker]) -> None:
        """``fixed`` are voices whose role is known beforehand."""
        self._fixed = dict(fixed)
        self._scores: defaultdict[str, float] = defaultdict(float)
        self._words: defaultdict[str, int] = defaultdict(int)
        self._sentence: list[str] = []
        self._voice: str | None = None

    def hear(self, voice: str | None, text: str) -> None:
        """Add the next word; whole sentences of one voice are scored."""
        if voice != self._voice:
            self._score()
            self._voice = voice
        self._sentence.append(text)
        if text[-1:] in ".?!" or len(self._sentence) >= 40:
            self._score()

    def role(self, voice: str | None) -> Speaker:
        """The present role of a voice."""
        if voice is None:
            return Speaker.UNKNOWN
        if voice in self._fixed:
            return self._fixed[voice]
        return self._assign().get(voice, Speaker.UNKNOWN)

    def _assign(self) -> dict[str, Speaker]:
        """Among the voices that said enough, the most clinical and the least clinical one."""
        heard = sorted((v for v, count in self._words.items() if count >= _HEARD), key=lambda v: self._scores[v])
        if not heard:
            return {}
        if any(self._fixed.get(voice) is Speaker.CLINICIAN for voice in heard):
            return self._beside_the_clinician([voice for voice in heard if voice not in self._fixed])
        least, most = heard[0], heard[-1]
        if len(heard) == 1:
            score = self._scores[most]
            return {most: Speaker.CLINICIAN} if score >= _SURE else {least: Speaker.PATIENT} if score <= -_SURE else {}
        if self._scores[most] - self._scores[least] < _SURE:
            return {}
        out = {most: Speaker.CLINICIAN, least: Speaker.PATIENT}
        total = sum(self._words.values())
        for voice in heard[1:-1]:
            if self._words[voice] > 0.1 * total:
                out[voice] = Speaker.OTHER
        return out

    def _beside_the_clinician(self, others: list[str]) -> dict[str, Speaker]:
        """When the clinician is known for certain, the patient is who else says most."""
        total = sum(self._words.values())
        out = {voice: Speaker.OTHER for voice in others if self._words[voice] > 0.1 * total}
        if others:
            out[max(others, key=lambda voice: self._words[voice])] = Speaker.PATIENT
        return out

    def _score(self) -> None:
        if self._sentence and self._voice is not None:
            self._scores[self._voice] += cue_score(" ".join(self._sentence))
            self._words[self._voice] += len(self._sentence)
        self._sentence = []


def cue_score(sentence: str) -> float:
    """How much a sentence sounds like a clinician (above 0) or a patient (below 0)."""
    text = sentence.lower().replace("’", "'").strip()
    return sum(weight for weight, pattern in _PATTERNS if pattern.search(text))
