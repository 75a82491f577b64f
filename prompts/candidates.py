"""Every statement that a stretch of a visit makes, in note words, with the turns that make it.

Three sources: what patients tell, what a question and its answer say together, and what clinicians say aloud.
Nothing is chosen here; :mod:`prompts.phrases` picks.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from prompts.language import questions
from prompts.language.clauses import clauses
from prompts.language.dictation import chatter, general, greeting, instructs, noted, recap
from prompts.language.grammar import HE, SHE, THEY, Person, third_person
from prompts.language.impersonal import impersonal, personal
from prompts.language.mending import mended
from prompts.language.precautions import precautions
from prompts.language.questions import Answer
from prompts.language.readable import readable, repaired
from prompts.language.roles import only_a_clinician, roles
from prompts.language.tidy import plain, sentence_case, smooth, strip_fillers, strip_lead
from prompts.language.words import content, tokens
from prompts.topics import joined
from prompts.untrusted import normalise
from visit.turns import Speaker, Turn


class Source(StrEnum):
    """How a candidate came about."""

    TOLD = "told"
    DENIED = "denied"
    AFFIRMED = "affirmed"
    ANSWER = "answer"
    NOTED = "noted"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement in note words. ``asked`` is the question it answers; ``items`` the things it denies or affirms."""

    text: str
    evidence: tuple[int, ...]
    source: Source
    asked: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pending:
    """A question waiting for its answer."""

    turn: int
    text: str


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).parent / "data" / "candidates.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _pattern(name: str) -> re.Pattern[str]:
    """The pattern of ``prompts/data/candidates.toml`` under a name, its lines joined."""
    return re.compile("".join(_table()[name]), re.I)


_SEX: Final = (
    (re.compile(r"\byear[- ]old\s+(?:\w+\s+){0,3}?(?:female|woman|lady|girl)\b|\b(?:mrs|ms|miss)\b", re.I), SHE),
    (re.compile(r"\byear[- ]old\s+(?:\w+\s+){0,3}?(?:male|man|gentleman|boy)\b|\bmr\b", re.I), HE),
)
_LABELS: Final = tuple((re.compile(asks, re.I), label) for asks, label in _table()["labels"])
"""What a question asks for, and the label that its short answer takes."""
_IDENTITY: Final = _pattern("identity")
"""Questions whose answers identify a person or run the call; they belong to the record, not to the note."""
_NAMES_SELF: Final = re.compile(r"^(?:my (?:\w+ )?name is|i was born (?:on|in)|my date of birth)\b", re.I)
_STAGE: Final = re.compile(r"^(?:on|for|in terms of|regarding|looking at|with)\b[^,:]*\.?$", re.I)
_VERBAL: Final = _pattern("verbal")
_IDLE: Final = _pattern("idle")
_ADVISES: Final = _pattern("advises")
"""What says that a treatment is of no use is advice."""
_HANGING: Final = _pattern("hanging")
_VAGUE: Final = content(_table()["vague"])
_THINKS: Final = re.compile(r"\bi (?:think|believe)\b", re.I)
_OWN_CLAUSE: Final = re.compile(r"^(?:i|i'm|i've|it|it's|he|she|we|they|there|there's|that|that's|my|the)\b", re.I)
_OF_FAMILY: Final = re.compile(r"\bfamily\b(?! (?:doctor|physician|practi))|\brelatives\b|\bruns? in\b", re.I)
_OWN_SUBJECT: Final = re.compile(r"^(?:i|we|he|she|they|it)\b", re.I)
_GOES_ON: Final = re.compile(r"^(?:(?:and|so|but|or)\s+)*(?:it|they|these|those|this|that|which)\b", re.I)
"""How a clause begins that goes on about what was said of people or illnesses in general."""
_SHORT_REPLY: Final = 30
"""Words of a clinician's turn that only answers; "stress" after "what causes it?" says nothing of this patient."""
_PATIENT_ASKS: Final = _pattern("patient_asks")


def person_of(turns: Sequence[Turn]) -> Person:
    """The patient's pronouns, from what is said of them ("a 58 year old man"); "they" when nothing is."""
    for turn in turns:
        for pattern, person in _SEX:
            if pattern.search(turn.text):
                return person
    return THEY


def candidates(turns: Sequence[Turn], first: int, last: int) -> list[Candidate]:
    """The candidates that turns ``first`` to ``last`` (positions in ``turns``, both included) make.

    A question asked just before ``first`` counts when its answer is inside.
    """
    person = person_of(turns)
    who = roles(turns)
    turns, goes_on = mended(turns)
    out: list[Candidate] = []
    pending: list[_Pending] = []
    for position in range(max(0, first - 2), last + 1):
        turn = turns[position]
        text = plain(normalise(turn.text))
        if who[position] is Speaker.CLINICIAN:
            heard = frozenset[str]().union(
                *(content(plain(normalise(t.text))) for t in turns[max(0, position - 2) : position])
            )
            made = [c for c in _clinician(turn.index, text, pending, person) if not content(c.text) <= heard]
            if position and who[position - 1] is Speaker.PATIENT and turns[position - 1].text.rstrip().endswith("?"):
                names = {c for c in made if c.source is Source.NOTED and not _VERBAL.search(c.text)}
                made = [c for c in made if c not in names or len(tokens(text)) > _SHORT_REPLY]
        else:
            made = list(_patient(turn.index, text, pending, person))
        if position >= first:
            out.extend(made)
    return [_begun(candidate, goes_on) for candidate in _repaired(out)]


def _repaired(made: Sequence[Candidate]) -> Iterator[Candidate]:
    """The candidates that read as sentences of a note."""
    for candidate in made:
        text = repaired(candidate.text)
        if text and readable(text):
            yield replace(candidate, text=sentence_case(text))


def _begun(candidate: Candidate, goes_on: dict[int, int]) -> Candidate:
    """A candidate that also cites the turn in which a sentence it cites began."""
    began = {goes_on[i] for i in candidate.evidence if i in goes_on}
    return replace(candidate, evidence=tuple(sorted({*candidate.evidence, *began}))) if began else candidate


def _clinician(index: int, text: str, pending: list[_Pending], person: Person) -> Iterator[Candidate]:
    """A clinician's turn: questions go to ``pending``, statements become candidates."""
    asked: list[_Pending] = []
    said = clauses(strip_fillers(text))
    echoes = any(questions.is_question(clause) or clause.rstrip().endswith("?") for clause in said)
    general_before = False
    for clause in said:
        bare, of_all = clause, general(clause) or (general_before and bool(_GOES_ON.match(clause)))
        general_before = of_all
        question = questions.is_question(bare) or clause.rstrip().endswith("?")
        if question:
            asked.append(_Pending(index, bare.strip(" ,.")))
            continue
        bare = strip_lead(bare)
        warned = precautions(bare, person)
        if warned and not personal(warned):
            yield Candidate(sentence_case(warned), (index,), Source.PLANNED)
            continue
        if of_all or greeting(bare) or chatter(bare) or recap(bare) or len(content(bare)) < 2:
            continue
        if echoes and not _VERBAL.search(bare):
            continue  # a word or two of the answer said back before the next question
        written = noted(smooth(bare), person)
        if _stands(written) and not _STAGE.match(written) and not personal(written):
            planned = instructs(bare) or _ADVISES.search(written)
            yield Candidate(sentence_case(written), (index,), Source.PLANNED if planned else Source.NOTED)
    if asked:
        if pending and pending[-1].turn < index - 2:
            pending.clear()
        pending.extend(asked)
    elif len(tokens(text)) > 6:
        pending.clear()


def _stands(said: str) -> bool:
    """Whether a statement says something by itself: enough words that mean something, and no clause left hanging."""
    hanging = _HANGING.match(said) and "," not in said
    return len(content(said) - _VAGUE) >= 2 and not hanging


def _patient(index: int, text: str, pending: list[_Pending], person: Person) -> Iterator[Candidate]:
    """A patient's turn: what it answers, and what it tells beside."""
    bare = strip_fillers(text)
    if pending and _IDENTITY.search(pending[-1].text):
        pending.clear()
        return
    kind = questions.classify(bare)
    if pending and kind in (Answer.YES, Answer.NO):
        yield from _carried(index, bare, kind, pending, person)
    said = clauses(bare)
    own = next((i for i, clause in enumerate(said) if only_a_clinician(clause)), len(said))
    for clause in said[:own]:
        yield from _told(index, clause, pending, person)
    if own < len(said):  # the other voice, heard as one turn with the patient's
        pending.clear()
        yield from _clinician(index, " ".join(said[own:]), pending, person)
    elif tokens(bare):
        pending.clear()


def _carried(index: int, answer: str, kind: Answer, pending: list[_Pending], person: Person) -> Iterator[Candidate]:
    """What the pending questions say once answered yes or no; an answer with an exception is left to its own words."""
    affirmed = kind is Answer.YES
    opening = re.split(r"[.;]", answer)[0]
    if questions.qualified(opening) and not affirmed:
        return
    for question in pending[-4:]:
        asked = questions.parse(strip_lead(question.text))
        if affirmed and (len(pending) > 2 or len(asked.items) > 1):
            continue  # "yes" to several things at once does not say which
        if affirmed and re.search(r"\bor\b", question.text):
            continue
        if affirmed and questions.negated(question.text):
            continue
        text = questions.statement(asked, affirmed, person)
        if _OF_FAMILY.search(question.text) and asked.items:
            text = "" if affirmed else re.sub(r"^Denies (?:family history of )?", "No family history of ", text)
        if content(text) and not personal(text):
            source = Source.AFFIRMED if affirmed else Source.DENIED
            yield Candidate(sentence_case(text), (question.turn, index), source, question.text, asked.items)


def _only_thought(clause: str, bare: str) -> bool:
    """Whether a clause opens with "I think", of which ``bare`` is the rest, a clause of its own."""
    lead = clause[: max(0, clause.lower().rfind(bare[:12].lower()))]
    return bool(_THINKS.search(lead) and _OWN_CLAUSE.match(bare))


def _told(index: int, clause: str, pending: list[_Pending], person: Person) -> Iterator[Candidate]:
    """A patient's clause in the third person; a fragment takes the label of the question it answers."""
    bare = smooth(strip_lead(clause)).strip(" ,.?")
    if _NAMES_SELF.match(bare):
        return
    rising = bool(pending) and not re.search(r"\byou\b", bare)
    if not bare or greeting(bare) or (clause.rstrip().endswith("?") and not rising):
        return
    if _PATIENT_ASKS.search(bare) or questions.is_question(bare) or (_HANGING.match(bare) and "," not in bare):
        return
    told = impersonal(third_person(bare, person, "i"), person)
    if _IDLE.match(told) or personal(told):
        return
    if _only_thought(clause, bare):
        told = impersonal(third_person(f"i think {bare}", person, "i"), person)
    question = pending[-1] if pending else None
    if _VERBAL.search(told) or _OWN_SUBJECT.match(bare):
        if _stands(told):
            evidence = (index,) if question is None or len(tokens(told)) > 8 else (question.turn, index)
            yield Candidate(sentence_case(told), evidence, Source.TOLD, question.text if question else "")
    elif question is not None and len(tokens(told)) <= 12 and content(told):
        whole = joined(question.text, told)
        named = re.search(r"\d", told) or (not _VERBAL.search(told) and questions.classify(told) is Answer.TOLD)
        asked = [q.text for q in reversed(pending) if q.turn == question.turn][: None if named else 1]
        label = next((label for text in asked for pattern, label in _LABELS if pattern.search(text)), "")
        if label and content(told) <= content(label):
            return
        if whole or label or len(content(told) - _VAGUE) >= 2:
            yield Candidate(sentence_case(whole or label + told), (question.turn, index), Source.ANSWER, question.text)
