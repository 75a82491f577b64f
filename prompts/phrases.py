"""The deterministic phrases of a segment: the candidates that matter, and the findings that none of them carries."""

from collections.abc import Sequence
from typing import Final

from prompts.candidates import Candidate, Source, candidates
from prompts.identity import sentence_id
from prompts.language.roles import roles
from prompts.language.tidy import sentence_case
from prompts.language.words import content
from prompts.salience import judge
from visit.findings import Finding, FindingKind, Polarity, Subject, Timing
from visit.notes import Division, NoteSentence, Origin, Segment, Verdict
from visit.turns import Turn

KEEP: Final = 0.25
"""Salience under which a candidate is never written."""
_TRUST: Final = 2.0
"""How much more likely a division is when the segment is said to be about it."""
_DIVISION_OF: Final = {
    FindingKind.MEDICATION: Division.MEDICATIONS,
    FindingKind.ALLERGY: Division.ALLERGIES,
    FindingKind.VITAL: Division.VITALS,
    FindingKind.EXAM: Division.EXAM,
    FindingKind.RESULT: Division.RESULTS,
    FindingKind.ORDER: Division.PLAN,
    FindingKind.SOCIAL: Division.SOCIAL,
    FindingKind.PROCEDURE: Division.PAST_HISTORY,
    FindingKind.PROBLEM: Division.PAST_HISTORY,
    FindingKind.SYMPTOM: Division.HISTORY,
}


def phrases(segment: Segment, turns: Sequence[Turn], findings: Sequence[Finding]) -> list[NoteSentence]:
    """Sentences for a segment, by rule; each cites the turns it was made from. Verdicts are not given yet."""
    places = {turn.index: place for place, turn in enumerate(turns)}
    first, last = places[segment.first], places[segment.last]
    who = roles(turns)
    inside = [f for f in findings if any(segment.first <= t <= segment.last for t in f.turns)]
    out: list[NoteSentence] = []
    for candidate in candidates(turns, first, last):
        context = " ".join(turns[places[i]].text for i in candidate.evidence)
        verdict = judge(candidate.text, context, who[places[candidate.evidence[-1]]])
        if verdict.salience < KEEP:
            continue
        weighed = {d: share * (_TRUST if d in segment.divisions else 1.0) for d, share in verdict.divisions.items()}
        division = max(weighed, key=lambda d: weighed[d])
        out.append(_sentence(candidate, division, inside))
    out.extend(_left_over(inside, out))
    return out


def _sentence(candidate: Candidate, division: Division, findings: Sequence[Finding]) -> NoteSentence:
    if candidate.source is Source.DENIED and division is Division.HISTORY and len(candidate.items) > 1:
        division = Division.REVIEW_OF_SYSTEMS
    named = tuple(f.id for f in findings if names(candidate.text, candidate.evidence, f))
    return NoteSentence(
        sentence_id(division, candidate.text, candidate.evidence), division, candidate.text, candidate.evidence,
        Verdict.NEEDS_REVIEW, Origin.RULES, named,
    )  # fmt: skip


def names(text: str, evidence: Sequence[int], finding: Finding) -> bool:
    """Whether a sentence with this evidence carries a finding."""
    if not set(evidence) & set(finding.turns):
        return False
    words = content(text)
    return any(known and known <= words for known in (content(finding.concept), content(finding.text)))


def _left_over(findings: Sequence[Finding], written: Sequence[NoteSentence]) -> list[NoteSentence]:
    """Findings that no sentence carries, put into words."""
    carried = {f for sentence in written for f in sentence.findings}
    out = []
    for finding in findings:
        if finding.id in carried or finding.timing is Timing.HYPOTHETICAL or finding.polarity is Polarity.UNCERTAIN:
            continue
        text = sentence_case(finding_text(finding))
        division = Division.FAMILY if finding.subject is Subject.FAMILY else _DIVISION_OF[finding.kind]
        if finding.subject is Subject.OTHER or not text:
            continue
        if division is Division.HISTORY and finding.polarity is Polarity.ABSENT:
            division = Division.REVIEW_OF_SYSTEMS
        evidence = tuple(sorted(set(finding.turns)))
        out.append(
            NoteSentence(
                sentence_id(division, text, evidence),
                division,
                text,
                evidence,
                Verdict.NEEDS_REVIEW,
                Origin.RULES,
                (finding.id,),
            )
        )
    return out


def finding_text(finding: Finding) -> str:
    """A finding in note words: "Denies fever", "Lisinopril 10 mg daily", "Mother: diabetes"."""
    d = finding.detail
    name = " ".join(
        x
        for x in (d.severity, d.side, finding.concept)
        if x and x.lower() not in finding.concept.lower() or x == finding.concept
    )
    absent = finding.polarity is Polarity.ABSENT
    if finding.kind is FindingKind.MEDICATION:
        text = " ".join(x for x in (finding.concept, d.value, d.unit, d.route, d.frequency) if x)
        return f"Not taking {text}" if absent else " ".join(x for x in (d.action, text) if x)
    if finding.kind is FindingKind.ALLERGY:
        return (
            f"No {finding.concept} allergy"
            if absent
            else f"Allergy: {finding.concept}" + (f" ({d.reaction})" if d.reaction else "")
        )
    if finding.kind in (FindingKind.VITAL, FindingKind.RESULT, FindingKind.EXAM):
        value = " ".join(x for x in (d.value, d.unit) if x)
        return f"No {name}" if absent else f"{name} {value}".strip()
    if finding.kind is FindingKind.ORDER:
        return f"No {name}" if absent else " ".join(x for x in (d.action or "order", name) if x)
    if finding.subject is Subject.FAMILY:
        return f"{d.relation or 'Family'}: {'no ' if absent else ''}{finding.concept}"
    if absent:
        return f"Denies {name}"
    when = f" for {d.duration}" if d.duration else f" since {d.onset}" if d.onset else ""
    return ("History of " if finding.timing is Timing.PAST else "") + name + when
