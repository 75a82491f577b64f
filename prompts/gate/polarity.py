"""Affirmed or denied: each part of a sentence as the visit has it, a question being read with its answer."""

import re
from typing import Final

from prompts.gate.case import Case, Reason
from prompts.language import polarity, questions
from prompts.language.clauses import clauses
from prompts.language.notewords import NOTE_WORDS
from prompts.language.words import content
from visit.findings import Polarity, Subject
from visit.turns import Speaker

_PART: Final = re.compile(r",\s*|\s+(?:or|nor)\s+|\s+(?=no\s+(?!longer|more|other)\w)|\s+(?=if\b)")

_TWICE: Final = re.compile(
    r"\b(?:not|cannot|never|denies|no|n't)\b.*"
    r"\b(?:neither|never|nothing|none|without|not|no(?! (?:longer|more|other)))\b",
    re.I,
)
"""Two negations in one breath: what they mean together is not for a rule to say."""


def negation(case: Case) -> list[Reason]:
    """Each part of the sentence has the polarity of the findings it names, else of the clause it comes from."""
    out: list[Reason] = []
    inherited = False
    for piece in polarity.parts(case.sentence.text):
        for part in _PART.split(piece):
            words = content(part) - NOTE_WORDS or content(part)
            own = polarity.denied(part, words)
            inherited = own or inherited
            out.extend(_opposed(case, content(part), words, inherited) if words else [])
            out.extend([Reason.UNSURE] if _TWICE.search(part) else [])
        inherited = False
    return out


def _opposed(case: Case, named_by: frozenset[str], words: frozenset[str], negative: bool) -> list[Reason]:
    """What is wrong with a part that names findings by ``named_by``; ``words`` are those that mean something alone."""
    named: dict[str, set[Polarity]] = {}
    for finding in case.findings:
        names = (content(finding.concept), content(finding.text))
        if names[0] and any(name <= named_by for name in names) and finding.subject is Subject.PATIENT:
            named.setdefault(finding.concept, set()).add(finding.polarity)
    if named:
        wanted = Polarity.ABSENT if negative else Polarity.PRESENT
        return [reason for held in named.values() if (reason := _held(held, wanted))]
    votes = _votes(case, words)
    if negative not in votes:
        return [Reason.UNSURE] if None in votes else [Reason.NEGATION] if votes else []
    return [Reason.UNSURE] if (not negative) in votes else []


def _held(held: set[Polarity], wanted: Polarity) -> Reason | None:
    """What is wrong with stating as ``wanted`` what the visit holds as ``held``."""
    if wanted not in held:
        return Reason.UNSURE if Polarity.UNCERTAIN in held else Reason.NEGATION
    return Reason.UNSURE if len(held) > 1 else None


def _votes(case: Case, words: frozenset[str]) -> set[bool | None]:
    """Whether each best matching clause that was said denies ``words``; ``None`` for a question left open."""
    best, votes = 0.0, set[bool | None]()
    for place, turn in enumerate(case.turns):
        for clause in clauses(turn.text):
            share = len(content(clause) & words) / len(words)
            if share and share >= best:
                votes = (votes if share == best else set()) | {_vote(case, place, clause, words)}
                best = share
    return votes


def _vote(case: Case, place: int, clause: str, words: frozenset[str]) -> bool | None:
    """Whether a clause denies ``words``; a question is read with the cited answer after it."""
    asks = case.speakers[place] is Speaker.CLINICIAN and (clause.endswith("?") or questions.is_question(clause))
    if not asks:
        return polarity.denied(clause, words)
    if place + 1 >= len(case.turns):
        return None
    answer = questions.classify(case.turns[place + 1].text)
    if answer is questions.Answer.NO:
        return True
    return questions.negated(clause) if answer is questions.Answer.YES else None


def doubt(case: Case) -> list[Reason]:
    """A denial rests on an answer that says no, not on a hedge."""
    if not re.match(r"(?:denies|no)\b", case.sentence.text, re.I):
        return []
    answers = [turn.text for turn, role in zip(case.turns, case.speakers, strict=True) if role is not Speaker.CLINICIAN]
    hedged = answers and all(questions.classify(a) is questions.Answer.HEDGED for a in answers)
    return [Reason.UNSURE] if hedged else []
