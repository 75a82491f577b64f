"""The gate: does what was said support a sentence?

Every check of :mod:`prompts.gate` compares the sentence with the turns it cites and with the findings those turns
carry. A failed check is a :class:`Reason`; the worst decides the verdict. The gate is deterministic, knows no model
and never edits.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from prompts.doses import unnamed
from prompts.gate import amounts, bearings, content, polarity
from prompts.gate.case import CLINICIAN_ONLY, REFUSED, Case, Reason, case_of
from prompts.gate.copying import copying
from visit.findings import Finding
from visit.notes import NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn

__all__ = ["CLINICIAN_ONLY", "Reason", "verify"]

_CHECKS: Final[tuple[Callable[[Case], list[Reason]], ...]] = (
    amounts.numbers, amounts.units, amounts.doses, bearings.sides, bearings.times, content.words, polarity.negation,
    copying, content.subject, content.possibility, polarity.doubt, content.speaker, content.instruction,
)  # fmt: skip


def verify(
    sentence: NoteSentence, turns: Sequence[Turn], findings: Sequence[Finding], speakers: Sequence[Speaker] = ()
) -> NoteSentence:
    """``sentence`` with a fresh verdict and its reasons.

    ``speakers`` are the roles of ``turns`` where they are better known than the labels. What a clinician typed is
    never called unsupported: it is theirs to say, and only marked where the visit does not bear it out.
    """
    case = case_of(sentence, turns, findings, speakers or [turn.speaker for turn in turns])
    found = [case] if isinstance(case, Reason) else [reason for check in _CHECKS for reason in check(case)]
    reasons = tuple(dict.fromkeys([*(reason.value for reason in found), *filter(None, [unnamed(sentence, findings)])]))
    if sentence.origin is Origin.CLINICIAN and reasons:
        return replace(sentence, verdict=Verdict.NEEDS_REVIEW, reasons=(Reason.TYPED.value, *reasons))
    refused = not REFUSED.isdisjoint(found)
    verdict = Verdict.UNSUPPORTED if refused else Verdict.NEEDS_REVIEW if reasons else Verdict.SUPPORTED
    return replace(sentence, verdict=verdict, reasons=reasons)
