"""What a sentence names, and of whom: said words only, the patient's facts only, facts and not suppositions."""

import re
from typing import Final

from prompts.gate.bearings import TIMES
from prompts.gate.case import CLINICIAN_ONLY, Case, Reason, lists
from prompts.language import suppositions
from prompts.language.clauses import clauses
from prompts.language.notewords import NOTE_WORDS, same_meaning
from prompts.language.words import content, stem
from visit.findings import Finding, Subject, Timing
from visit.notes import Division
from visit.turns import Speaker

_RELATIVES: Final = frozenset(stem(word) for word in lists()["relatives"]["words"].split())
_OTHERS: Final = frozenset(stem(word) for word in lists()["others"]["words"].split())
_TELLS_OF_ONE: Final = re.compile(r"(?:he|she)\b", re.I)
"""How a patient's sentence begins that tells of someone else; one of the patient begins with its verb."""
_DETAILS: Final = (
    "value", "unit", "route", "frequency", "duration", "onset", "severity", "side", "site", "quality", "reaction",
    "action", "relation",
)  # fmt: skip
_SAYS: Final = 0.5
"""Share of a sentence's words that a clause must hold to be what it rests on."""
_CONDITION: Final = re.compile(r"\b(?:if|should|in case|when)\b", re.I)


def words(case: Case) -> list[Reason]:
    """Every word that carries meaning was said, is the clinical name of what was said, or is note language."""
    return [Reason.UNSAID] if unsaid(case) else []


def unsaid(case: Case) -> frozenset[str]:
    """The stems of a sentence's words that neither the cited turns nor their findings hold."""
    said = content(case.said).union(*(content(finding.concept) | _details(finding) for finding in case.findings))
    new = content(case.sentence.text) - said - NOTE_WORDS - TIMES
    return frozenset(w for w in new if not w[0].isdigit() and not any(same_meaning(w, other) for other in said))


def _details(finding: Finding) -> frozenset[str]:
    return content(" ".join(getattr(finding.detail, name) or "" for name in _DETAILS))


def subject(case: Case) -> list[Reason]:
    """A relative's condition is not told as the patient's."""
    named = content(case.sentence.text)
    relatives = named & _RELATIVES
    if relatives:
        rest = named - relatives - NOTE_WORDS
        told = [content(clause) for turn in case.turns for clause in clauses(turn.text)]
        theirs = any(words & relatives and (words & rest or not rest) for words in told)
        return [] if theirs or any(f.subject is not Subject.PATIENT for f in case.findings) else [Reason.SUBJECT]
    if case.sentence.division is Division.FAMILY:
        return []
    if _TELLS_OF_ONE.match(case.sentence.text) and case.speakers[-1] is Speaker.PATIENT and _names_another(case.said):
        return [Reason.SUBJECT]
    family = [
        f for f in case.findings if f.subject is Subject.FAMILY and content(f.concept) and content(f.concept) <= named
    ]
    own = {f.concept for f in case.findings if f.subject is Subject.PATIENT}
    return [Reason.SUBJECT] if any(f.concept not in own for f in family) else []


def _names_another(text: str) -> bool:
    """Whether a text names somebody who is neither the patient nor kin ("my friend's mother")."""
    return not _OTHERS.isdisjoint(stem(word.removesuffix("'")) for word in content(text))


def possibility(case: Case) -> list[Reason]:
    """What was only supposed ("if you get a fever", "hopefully it shrinks") is not stated as a fact."""
    if not suppositions.hedged(case.sentence.text) and _only_supposed(case):
        return [Reason.HYPOTHETICAL]
    if case.sentence.division in (Division.PLAN, Division.ASSESSMENT):
        return []
    said = content(case.sentence.text)
    named = [f for f in case.findings if content(f.concept) and content(f.concept) <= said]
    supposed = bool(named) and all(f.timing is Timing.HYPOTHETICAL for f in named)
    return [Reason.HYPOTHETICAL] if supposed and not _CONDITION.search(case.sentence.text) else []


def _only_supposed(case: Case) -> bool:
    """Whether the clauses that say most of a sentence all state what may be. An assessment weighs what may be."""
    if case.sentence.division is Division.ASSESSMENT:
        return False
    stated = content(case.sentence.text) - NOTE_WORDS or content(case.sentence.text)
    best, votes = _SAYS, set[bool]()
    for turn in case.turns:
        for clause, doubtful in suppositions.supposed(turn.text):
            share = len(content(clause) & stated) / max(1, len(stated))
            if share >= best:
                votes = (votes if share == best else set()) | {doubtful}
                best = share
    return votes == {True}


def speaker(case: Case) -> list[Reason]:
    """Examination, results, assessment and plan rest on the clinician's words."""
    known = set(case.speakers) - {Speaker.UNKNOWN}
    if not known or case.sentence.division not in CLINICIAN_ONLY:
        return []
    return [] if Speaker.CLINICIAN in known else [Reason.SPEAKER]


def instruction(case: Case) -> list[Reason]:
    """Nothing that a turn asks of the software is taken as simply said."""
    return [Reason.INSTRUCTION] if case.to_software else []
