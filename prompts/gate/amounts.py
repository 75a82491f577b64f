"""Numbers, their units, and doses: each as it was said."""

import re
from collections.abc import Sequence
from typing import Final

from prompts.gate.case import Case, Reason, lists
from prompts.language.clauses import clauses
from prompts.language.notewords import NOTE_WORDS
from prompts.language.numerals import figures, stated
from prompts.language.words import content
from visit.findings import Finding, FindingKind

_UNIT_NAMES: Final = {word: name for name, words in lists()["units"].items() for word in words}
_UNIT: Final = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)\s*-?\s*("
    + "|".join(re.escape(word) + (r"\b" if word.isalpha() else "") for word in sorted(_UNIT_NAMES, key=len)[::-1])
    + ")",
    re.I,
)
_DOSES: Final = frozenset(lists()["doses"]["units"])
_FROM_TO: Final = re.compile(r"\bfrom (\d+(?:\.\d+)?)(?: ?[a-z]+)? to (\d+(?:\.\d+)?)", re.I)


def numbers(case: Case) -> list[Reason]:
    """Every number of the sentence was said or is that of a finding."""
    details = (f.detail for f in case.findings)
    known = stated(case.said).union(
        *(stated(f"{d.value or ''} {d.frequency or ''} {d.duration or ''} {d.severity or ''}") for d in details)
    )
    return [Reason.NUMBER] if stated(case.sentence.text) - known else []


def units(case: Case) -> list[Reason]:
    """A number keeps the unit it was said with, when it was said with one."""
    spoken = measures(case.said) | {m for f in case.findings for m in measures(f"{f.detail.value} {f.detail.unit}")}
    with_unit = {number for number, _ in spoken}
    wrong = [m for m in measures(case.sentence.text) if m[0] in with_unit and m not in spoken]
    return [Reason.UNIT] if wrong else []


def measures(text: str) -> set[tuple[str, str]]:
    """The numbers of a text that have a unit, each with the one name of its unit."""
    return {(f"{float(n):g}", _UNIT_NAMES[unit.lower()]) for n, unit in _UNIT.findall(figures(text))}


def doses(case: Case) -> list[Reason]:
    """A drug named with a dose has the dose understood for it, or one said in the same clause."""
    given = {n for n, unit in measures(case.sentence.text) if unit in _DOSES}
    if not given:
        return []
    words = frozenset(word for word in content(case.sentence.text) if not word[0].isdigit())
    drugs = [f for f in case.findings if f.kind is FindingKind.MEDICATION and content(f.concept) & words]
    known = {n for f in drugs for n in stated(f.detail.value or "")}
    near = {
        n
        for turn in case.turns
        for clause in clauses(turn.text)
        if not words - NOTE_WORDS or content(clause) & words - NOTE_WORDS
        for n in stated(clause)
    }
    changed = near if _changes(case, drugs, given, known) else set[str]()
    if known and len(drugs) == 1 and not given <= known | (near if len(case.findings) == 1 else changed):
        return [Reason.DOSE]
    return [] if given <= known | near else [Reason.DOSE]


def _changes(case: Case, drugs: Sequence[Finding], given: set[str], known: set[str]) -> bool:
    """Whether a sentence gives the old and the new dose of one drug ("from 5 mg to 10 mg") as they were said."""
    stood = [m.groups() for m in _FROM_TO.finditer(figures(case.sentence.text))]
    spoken = [m.groups() for turn in case.turns for m in _FROM_TO.finditer(figures(turn.text))]
    return len(drugs) == 1 and len(stood) == 1 and stood[0] in spoken and given == set(stood[0]) and bool(given & known)
