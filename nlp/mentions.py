"""A mention: one thing named in a sentence, whether it holds, for whom and when."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from spacy.tokens import Span

from nlp.lexicon import entries
from nlp.pipeline import Analysed
from visit.findings import FindingKind, Polarity, Subject, Timing

KINDS: Final = {
    "symptoms": FindingKind.SYMPTOM,
    "problems": FindingKind.PROBLEM,
    "medications": FindingKind.MEDICATION,
    "vitals": FindingKind.VITAL,
    "tests": FindingKind.RESULT,
    "procedures": FindingKind.PROCEDURE,
    "orders": FindingKind.ORDER,
    "social": FindingKind.SOCIAL,
    "exam": FindingKind.EXAM,
}
_GIVEN: Final = re.compile(
    r"\b(?:with|of|about|besides|despite|before|after|from|for)\s+(?:the|this|that|your|these|those|my|"
    r"his|her)\s+(?:[\w-]+\s+){0,2}$|\b(?:this|these)\s+(?:[\w-]+\s+)?$|\b(?:make|makes|made|cause|causes|"
    r"caused|brings? on|trigger\w*|set off|worsens?)\s+(?:you |it |the |your |me |my )*(?:feel )?$"
)
_ADJECTIVES: Final = (
    r"(?:(?!(?:been|is|are|was|were|feel|feels|feeling|get|gets|getting|been|have|has|had|"
    r"any|could|would|might|may|can|will|should|be|do|does|did|seems?|sounds?|looks?|not|no)\b)[\w-]+\s+){0,2}"
)
_DEFINITE: Final = re.compile(
    r"\b(?:the|your|his|her|my|said|(?<!\bis )(?<!\bwas )(?<!\bare )(?<!\bwere )(?:this|that|these|those))\s+"
    rf"{_ADJECTIVES}$"
)
_SAYS: Final = re.compile(r"\b(?:is|are|was|were|feels?|hurts?)\b")
"""A name that holds a verb asks by itself ("your chest is tight"), where a noun would be taken for granted."""


@dataclass(slots=True)
class Mention:
    """One thing named in a sentence. Positions are token indices of its document."""

    kind: FindingKind
    concept: str
    text: str
    start: int
    end: int
    clause: int
    polarity: Polarity = Polarity.PRESENT
    subject: Subject = Subject.PATIENT
    timing: Timing = Timing.CURRENT
    definite: bool = False
    given: bool = False
    vague: bool = False
    excluded: bool = False
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Said:
    """A sentence and its mentions; ``clauses`` are the texts of its clauses."""

    text: str
    clauses: list[str]
    mentions: list[Mention]
    sites: list[str] = field(default_factory=list)


def _polarity(span: Span) -> Polarity:
    if span._.is_negated:
        return Polarity.ABSENT
    return Polarity.UNCERTAIN if span._.is_uncertain else Polarity.PRESENT


def _timing(span: Span) -> Timing:
    if span._.is_hypothetical:
        return Timing.HYPOTHETICAL
    return Timing.PAST if span._.is_historical else Timing.CURRENT


def _relation(span: Span) -> str | None:
    named = (m.rule.metadata for m in span._.modifiers if m.category == "FAMILY" and m.rule.metadata)
    return next((str(metadata["relation"]) for metadata in named), None)


_HAS: Final = re.compile(
    r"\b(?:had|has|have|having|died|passed|with|of|suffer\w*|diagnos\w+|gets?|got|history|both|side|also|"
    r"did)\b|'s\b"
)
_SELF: Final = re.compile(r"\b(?:i|i'm|i've|me|(?:are|were|have|had|do|did) you)\b")


def _of_family(span: Span, before: str) -> bool:
    """Whether a relative has it: "my mum had …", not "I dropped my daughter off, a little stressed"."""
    if not span._.is_family:
        return False
    relation = _relation(span)
    if relation is None:
        return True
    tail = before[max(before.rfind(word) for word in _RELATION_WORDS[relation]) :]
    return bool(_HAS.search(tail)) and not _SELF.search(tail)


_RELATION_WORDS: Final = {
    entry.concept: [e.saying for e in entries("relations") if e.concept == entry.concept]
    for entry in entries("relations")
}
_OTHERS: Final = re.compile(
    r"\b(?:they|no one else|nobody else|everyone else|someone else|anyone else|my (?:wife|husband|partner|"
    r"boss|friend|colleague|flatmate|roommate|girlfriend|boyfriend)s?|his|her friend)(?:'ve|'re|"
    r"'s)?\s+(?:\w+\s+){0,2}(?:have|has|had|haven't|hasn't|got|is|was|are|were|been|gets?|'ve)\b"
)


def _third_party(before: str) -> Subject:
    return (
        Subject.OTHER
        if _OTHERS.search(before)
        and not re.search(
            r"\b(?:i|i've|i'm|my)\b(?! (?:wife|husband|partner|boss|friend|colleague|flat|room|girl|boy))", before
        )
        else Subject.PATIENT
    )


def clause_of(token: int, starts: tuple[int, ...]) -> int:
    """The number of the clause that holds a token, given the first token of each clause."""
    return max(0, sum(start <= token for start in starts) - 1)


def read_span(span: Span, analysed: Analysed) -> Mention:
    """The mention that a matched span makes, with what ConText says of it."""
    meta: dict[str, Any] = span._.target_rule.metadata
    relation = _relation(span)
    clause = clause_of(span.start, analysed.clauses)
    before = analysed.doc[analysed.clauses[clause] : span.start].text
    mention = Mention(
        KINDS[span.label_],
        meta["concept"],
        span.text,
        span.start,
        span.end,
        clause,
        polarity=_polarity(span),
        subject=Subject.FAMILY if _of_family(span, before) else _third_party(before),
        timing=_timing(span),
        definite=bool(_DEFINITE.search(before + " ")) and not _SAYS.search(span.text),
        given=bool(_GIVEN.search(before + " ")),
        vague=bool(meta["vague"]) or meta["concept"] in {"symptoms", "medical conditions", "tests", "vital signs"},
        excluded=bool(re.match(r"^(?:other than|apart from|aside from|besides|except)", before)),
    )
    if relation:
        mention.detail["relation"] = relation
    return mention


def relation_in(text: str) -> str | None:
    """The relative that a sentence names first ("mother" for "mum")."""
    words = re.findall(r"[a-z]+", text)
    return next((name for word in words for name, sayings in _RELATION_WORDS.items() if word in sayings), None)
