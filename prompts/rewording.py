"""A language model words what the rules found; the gate and the rules' own facts decide whether its words stand."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from prompts.engines import Engine, Proposal, SegmentPrompt
from prompts.errors import EngineError
from prompts.identity import sentence_id
from prompts.language.numerals import stated
from prompts.language.roles import roles
from prompts.language.tidy import sentence_case
from prompts.language.words import content
from prompts.phrases import carries
from prompts.untrusted import normalise
from prompts.verify import verify
from prompts.wording import wording
from visit.findings import Finding
from visit.notes import NoteSentence, Origin, Segment, Verdict
from visit.turns import Turn

_log = logging.getLogger(__name__)
_TRIES: Final = 2
_SHARE: Final = 0.75
"""Share of a phrase's words that a model's sentence must hold to stand in its place."""
_LONGER: Final = 1.0
"""How much longer than the phrases it replaces a model's sentence may be, two words apart."""


class Rewording:
    """Asks an engine for each segment, once more if nothing passed, and keeps the phrases otherwise."""

    def __init__(self, engine: Engine) -> None:
        """``engine`` may fail at any time."""
        self._engine = engine

    def reword(
        self, segment: Segment, phrases: Sequence[NoteSentence], turns: Sequence[Turn], findings: Sequence[Finding]
    ) -> list[NoteSentence]:
        """``phrases`` with those replaced that the model worded in a way that is supported and loses nothing."""
        if not phrases:
            return []
        prompt = _prompt(segment, phrases, turns, findings)
        for _ in range(_TRIES):
            try:
                proposals = self._engine.propose([prompt])[0]
            except EngineError as error:
                _log.warning("drafting engine gave nothing: %s", type(error).__name__)
                return list(phrases)
            accepted = self._accept(proposals, phrases, turns, findings)
            if any(s.origin is Origin.MODEL for s in accepted):
                return accepted
        return list(phrases)

    def _accept(
        self,
        proposals: Sequence[Proposal],
        phrases: Sequence[NoteSentence],
        turns: Sequence[Turn],
        findings: Sequence[Finding],
    ) -> list[NoteSentence]:
        standing = list(phrases)
        for proposal in proposals:
            text = sentence_case(normalise(proposal.text))
            rivals = [s for s in standing if s.origin is Origin.RULES and _covers(text, s, findings)]
            if not text or not rivals or _longer(text, rivals):
                continue
            sentence = _sentence(text, proposal, rivals, findings)
            checked = verify(sentence, turns, findings, roles(turns))
            if checked.verdict is Verdict.SUPPORTED and text not in {s.text for s in rivals}:
                place = standing.index(rivals[0])
                standing = [s for s in standing if s not in rivals]
                standing.insert(place, checked)
        return standing


def _prompt(
    segment: Segment, phrases: Sequence[NoteSentence], turns: Sequence[Turn], findings: Sequence[Finding]
) -> SegmentPrompt:
    inside = tuple(
        replace(t, text=normalise(t.text), words=()) for t in turns if segment.first <= t.index <= segment.last
    )
    known = [f for f in findings if any(segment.first <= t <= segment.last for t in f.turns)]
    facts = tuple(filter(None, (sentence_case(wording(f, inside)) for f in known)))
    return SegmentPrompt(inside, facts, tuple(s.text for s in phrases), segment.divisions)


def _covers(text: str, phrase: NoteSentence, findings: Sequence[Finding]) -> bool:
    """Whether ``text`` holds every number and finding of a phrase and most of its words."""
    carried = [f for f in findings if f.id in phrase.findings]
    words, needed = content(text), content(phrase.text)
    everything = stated(phrase.text) <= stated(text) and all(carries(text, phrase.evidence, f) for f in carried)
    return everything and bool(needed) and len(words & needed) / len(needed) >= _SHARE


def _longer(text: str, rivals: Sequence[NoteSentence]) -> bool:
    return len(text.split()) > _LONGER * sum(len(s.text.split()) for s in rivals) + 2


def _sentence(
    text: str, proposal: Proposal, rivals: Sequence[NoteSentence], findings: Sequence[Finding]
) -> NoteSentence:
    """The model's sentence on the evidence of what it replaces and what it cites."""
    evidence = tuple(sorted({*proposal.evidence, *(t for s in rivals for t in s.evidence)}))
    carried = tuple(dict.fromkeys(f for s in rivals for f in s.findings))
    division = rivals[0].division
    named = tuple(f.id for f in findings if f.id in carried or carries(text, evidence, f))
    return NoteSentence(
        sentence_id(division, text, evidence), division, text, evidence, Verdict.NEEDS_REVIEW, Origin.MODEL, named
    )
