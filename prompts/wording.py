"""Findings in note words: "Denies fever.", "Increase lisinopril to 20 mg daily.", "Father: heart attack." """

import re
from collections.abc import Sequence
from typing import Final

from prompts.language.clauses import clauses
from prompts.language.tidy import plain
from prompts.language.words import content
from prompts.untrusted import normalise
from visit.findings import Finding, FindingKind, Polarity, Subject, Timing
from visit.notes import Division
from visit.turns import Speaker, Turn

DIVISION_OF: Final = {
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
"""Where a finding belongs when nothing better is known."""
_TURNS: Final = 3
"""Most turns that a sentence made from one finding cites."""
_THOUGHT: Final = re.compile(r"\bthink\b", re.I)
_ASSENT: Final = re.compile(
    r"(?:(?:yes|yeah|yep|no|nope|mhm|okay|right|correct|that's right|i do|i am|a bit|a little)[\s,.]*)+", re.I
)
"""An answer that says no more than that the question was right."""
_ASKED_OPENLY: Final = frozenset({"living situation", "occupation", "diet", "exercise"})
_NEVER_DENIED: Final = _ASKED_OPENLY | {"age", "sex", "children", "weight"}
_EMPTY_SOCIAL: Final = frozenset({"sex", "age"})


def division_of(finding: Finding) -> Division:
    """The division that a finding belongs to."""
    if finding.subject is Subject.FAMILY:
        return Division.FAMILY
    division = finding.division or DIVISION_OF[finding.kind]
    if division is Division.CHIEF_COMPLAINT:
        return Division.HISTORY
    if finding.polarity is Polarity.ABSENT and finding.kind is FindingKind.SYMPTOM and division is Division.HISTORY:
        return Division.REVIEW_OF_SYSTEMS
    return division


def evidence_of(finding: Finding) -> tuple[int, ...]:
    """The turns a sentence about a finding cites: where it first came up, or last for assessment and plan."""
    turns = sorted(set(finding.turns))
    late = division_of(finding) in (Division.ASSESSMENT, Division.PLAN)
    return tuple(turns[-_TURNS:] if late else turns[:_TURNS])


def wording(finding: Finding, turns: Sequence[Turn]) -> str:
    """A finding in note words, without a closing stop; empty when it makes no statement of its own.

    ``turns`` are the cited ones: a detail is written only where it was said beside the finding.
    """
    if (
        finding.timing is Timing.HYPOTHETICAL
        or finding.polarity is Polarity.UNCERTAIN
        or finding.subject is Subject.OTHER
    ):
        return ""
    beside = _beside(finding, turns)
    absent = finding.polarity is Polarity.ABSENT
    if finding.subject is Subject.FAMILY:
        relation = finding.detail.relation
        if absent:
            return f"No family history of {finding.concept}"
        return f"{relation}: {finding.concept}" if relation else f"Family history of {finding.concept}"
    if finding.kind is FindingKind.MEDICATION:
        return _medication(finding, beside, absent)
    if finding.kind is FindingKind.ALLERGY:
        return _allergy(finding, absent)
    if finding.kind is FindingKind.SOCIAL:
        return _social(finding, beside, absent)
    if finding.kind is FindingKind.ORDER:
        return _order(finding, absent)
    if finding.kind in (FindingKind.VITAL, FindingKind.RESULT, FindingKind.EXAM):
        return _measured(finding, beside, absent)
    if absent and all(turn.speaker is Speaker.CLINICIAN for turn in turns) and not _judged(finding):
        return f"No {finding.concept}"  # the clinician says so: nobody denied it
    return _condition(finding, beside, absent)


def _beside(finding: Finding, turns: Sequence[Turn]) -> str:
    """The clauses that name a finding, and short answers to questions that do: where its details may come from."""
    named = content(finding.text) | content(finding.concept)
    out: list[str] = []
    asked = False
    for turn in turns:
        text = plain(normalise(turn.text))
        near = [clause for clause in clauses(text) if content(clause) & named]
        if asked and not near:
            near = [text]
        asked = bool(near) and text.rstrip().endswith("?")
        out.extend(near)
    return " ".join(out)


def _said(value: str | None, beside: str) -> str:
    """``value`` if its words stand in ``beside``."""
    return value if value and content(value) <= content(beside) else ""


def _medication(finding: Finding, beside: str, absent: bool) -> str:
    d = finding.detail
    strength = " ".join(x for x in (d.value, d.unit) if x)
    rest = " ".join(x for x in (d.route, d.frequency) if x)
    if absent:
        return f"Does not take {finding.concept}"
    if d.action in ("increase", "decrease") and strength:
        text = f"{d.action} {finding.concept} to {strength} {rest}"
    else:
        text = f"{d.action or 'Takes'} {finding.concept} {strength} {rest}"
    if not d.action and finding.timing is Timing.PAST:
        text = f"Previously took {finding.concept} {strength} {rest}"
    reason = d.reason if d.reason and len(d.reason.split()) <= 4 else None
    return " ".join(text.split()) + (f" for {reason}" if reason and _said(reason, beside) else "")


def _allergy(finding: Finding, absent: bool) -> str:
    if "allerg" in finding.concept:
        return "No known allergies" if absent else finding.concept
    if absent:
        return f"No allergy to {finding.concept}"
    return f"Allergic to {finding.concept}" + (f" ({finding.detail.reaction})" if finding.detail.reaction else "")


def _social(finding: Finding, beside: str, absent: bool) -> str:
    d = finding.detail
    if finding.concept in _EMPTY_SOCIAL:
        return f"{d.value} years old" if finding.concept == "age" and d.value else ""
    if absent:
        return "" if finding.concept in _NEVER_DENIED else f"Denies {finding.concept}"
    if _ASSENT.fullmatch(finding.text.strip(" .,!")):
        return "" if finding.concept in _ASKED_OPENLY else finding.concept
    if finding.timing is Timing.PAST:
        return f"Former {finding.concept}"
    told = (
        finding.text if not content(finding.text) <= content(finding.concept) and len(finding.text.split()) <= 6 else ""
    )
    more = " ".join(x for x in (d.value, d.unit, _said(d.frequency, beside)) if x and x not in told)
    said = " ".join(x for x in (told, more) if x)
    return f"{finding.concept}: {said}" if said else f"{finding.concept}"


def _order(finding: Finding, absent: bool) -> str:
    if absent:
        return f"No {finding.concept}"
    action = (finding.detail.action or "order").replace("_", " ")
    if finding.concept.startswith("referral"):
        return finding.concept
    name = finding.concept if content(finding.concept) - content(action) else ""
    return f"{action} {name or finding.text}"


def _measured(finding: Finding, beside: str, absent: bool) -> str:
    d = finding.detail
    site = (
        ""
        if not d.site or content(d.site) <= content(finding.concept)
        else f" ({' '.join(x for x in (d.side, d.site) if x)})"
    )
    if absent:
        return f"No {finding.concept}{site}"
    if d.value:
        return f"{finding.concept}: {d.value} {d.unit or ''}".strip()
    severity = _said(d.severity, beside)
    return " ".join(x for x in (severity, finding.concept) if x) + site


def _judged(finding: Finding) -> bool:
    return division_of(finding) is Division.ASSESSMENT


def _condition(finding: Finding, beside: str, absent: bool) -> str:
    d, name = finding.detail, finding.concept
    judged = _judged(finding)
    if absent:
        return (
            (f"Not thought to be {name}" if _THOUGHT.search(beside) else f"No {name}") if judged else f"Denies {name}"
        )
    if judged:
        return name + (f", {d.status}" if d.status else "")
    parts = [name]
    known = content(name)
    for value in (_said(d.severity, beside), d.side, _said(d.quality, beside)):
        if value and not content(value) <= known:
            parts.insert(0, value)
            known |= content(value)
    tail = [
        f"for {d.duration}" if _said(d.duration, beside) else "",
        f"since {d.onset}"
        if _said(d.onset, beside) and not re.search(r"\bago\b", d.onset or "")
        else _said(d.onset, beside),
        re.sub(r"^it (?=comes|goes)", "that ", _said(d.course, beside)),
        _said(d.frequency, beside) if d.frequency != d.course else "",
        f"worse with {d.aggravating}" if _noun(_said(d.aggravating, beside)) else "",
        f"better with {d.relieving}" if _noun(_said(d.relieving, beside)) else "",
    ]
    lead = "History of" if finding.timing is Timing.PAST else "Has" if division_of(finding) is Division.HISTORY else ""
    return " ".join(x for x in (lead, *parts, *tail) if x)


def _noun(value: str) -> bool:
    """Whether a detail reads as a thing rather than a clause."""
    return bool(value) and not re.match(r"(?:when|if|i|it|after i|while)\b", value, re.I)
