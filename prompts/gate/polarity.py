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

_PART: Final = re.compile(r",\s*|\s+(?:or|nor)\s+")


def negation(case: Case) -> list[Reason]:
    """Each part of the sentence has the polarity of the findings it names, else of the clause it comes from."""
    out: list[Reason] = []
    inherited = False
    for piece in polarity.parts(case.sentence.text):
        for part in _PART.split(piece):
            words = content(part) - NOTE_WORDS
            own = polarity.denied(part, words)
            inherited = own or inherited
            out.extend(_opposed(case, words, inherited) if words else [])
        inherited = False
    return out


def _opposed(case: Case, words: frozenset[str], negative: bool) -> list[Reason]:
    named = [
        f
        for f in case.findings
        if (content(f.concept) <= words or content(f.text) <= words)
        and content(f.concept)
        and f.subject is Subject.PATIENT
    ]
    if named:
        held = {f.polarity for f in named}
        if held == {Polarity.UNCERTAIN}:
            return [Reason.UNSURE]
        return [] if (Polarity.ABSENT if negative else Polarity.PRESENT) in held else [Reason.NEGATION]
    votes = [vote for vote in _votes(case, words) if vote is not None]
    return [Reason.NEGATION] if votes and negative not in votes else []


def _votes(case: Case, words: frozenset[str]) -> list[bool | None]:
    """Whether each best matching clause that was said denies ``words``; ``None`` where it does not tell."""
    best, votes = 0.0, list[bool | None]()
    for place, turn in enumerate(case.turns):
        for clause in clauses(turn.text):
            share = len(content(clause) & words) / len(words)
            if share < max(0.5, best):
                continue
            vote = _vote(case, place, clause, words)
            votes = [*votes, vote] if share == best else [vote]
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
