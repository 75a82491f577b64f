"""What was said in the visit about a problem and may make its code more exact: side, severity, stage, course, control.

The note comes first: a finding adds only what the note leaves open.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from nlp.icd10.retrieve import MODIFIERS, SITES
from nlp.icd10.text import SIDES
from visit.findings import Finding, FindingKind, Polarity, Subject, Timing

Words = frozenset[str]

_STAGE: Final = re.compile(r"\b(?:stage|grade) \w+\b", re.I)
_PROBLEMS: Final = frozenset({FindingKind.PROBLEM, FindingKind.SYMPTOM})


def holds(finding: Finding) -> bool:
    """Whether the visit affirms it of the patient, now or before."""
    return (
        finding.polarity is Polarity.PRESENT
        and finding.subject is Subject.PATIENT
        and finding.timing is not Timing.HYPOTHETICAL
    )


def not_present(findings: Sequence[Finding]) -> set[str]:
    """Names of problems that the visit denies, or that are another person's; unless it also affirms them."""
    relevant = [f for f in findings if f.kind in _PROBLEMS]
    present = {f.concept.lower() for f in relevant if holds(f)}
    return {f.concept.lower() for f in relevant if not holds(f)} - present


def about(problem: Words, findings: Sequence[Finding], words: Callable[[str], Words]) -> list[Finding]:
    """The findings that name a problem: all of its words, or part of them and no other part of the body."""
    return [
        f
        for f in findings
        if f.kind in _PROBLEMS
        and holds(f)
        and f.timing is Timing.CURRENT
        and _same(problem - MODIFIERS, words(f.concept) - MODIFIERS, words(f.detail.site or "") - SIDES)
    ]


def _same(problem: Words, name: Words, site: Words) -> bool:
    if not problem & name:
        return False
    elsewhere = (site & SITES) - problem if problem & SITES else frozenset[str]()
    return not elsewhere and (problem <= name | site or name <= problem and not (problem - name - site) & SITES)


def details(finding: Finding, words: Callable[[str], Words]) -> Words:
    """Stems of what was said beyond the name. Times are left out: their numbers are no stages."""
    said = finding.detail
    parts = (said.side, said.site, said.severity, said.quality, said.course, said.status)
    named = (finding.concept, *parts, *stages(finding))
    return words(" ".join(part for part in named if part and "/" not in part))


def stages(finding: Finding) -> list[str]:
    """Its stage or grade as said ("stage three")."""
    return list(dict.fromkeys(_STAGE.findall(f"{finding.concept}; {finding.text}")))
