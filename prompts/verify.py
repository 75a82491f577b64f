"""The gate: does what was said support a sentence?

Every check compares the sentence with the turns it cites and with the findings those turns carry. A failed check is a
:class:`Reason`; the worst decides the verdict. The gate is deterministic, knows no model and never edits.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from prompts.language import polarity, questions
from prompts.language.clauses import clauses
from prompts.language.lists import word_list
from prompts.language.notewords import NOTE_WORDS, same_meaning
from prompts.language.numerals import figures, stated
from prompts.language.tidy import plain
from prompts.language.words import content, stem, tokens
from prompts.untrusted import addresses_machine, normalise
from visit.findings import Finding, FindingKind, Polarity, Subject, Timing
from visit.notes import Division, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn


class Reason(StrEnum):
    """Why a sentence is not simply supported; the words a clinician reads."""

    NO_EVIDENCE = "cites no turn"
    UNKNOWN_TURN = "cites a turn that does not exist"
    UNSAID = "contains a word that was not said in the cited turns"
    NUMBER = "states a number that was not said in the cited turns"
    UNIT = "joins a number to another unit than was said"
    DOSE = "gives a dose that differs from the one understood"
    SIDE = "names another side than was said"
    TIME = "names a day, date or time that was not said"
    NEGATION = "says the opposite of what was said"
    UNSURE = "was answered with doubt or with an exception"
    SUBJECT = "is about a relative"
    HYPOTHETICAL = "states what was only a possibility"
    SPEAKER = "rests on the other speaker's words"
    INSTRUCTION = "rests on words addressed to the software"
    TYPED = "typed by the clinician and not found in the visit"


_WORST: Final = frozenset(
    {
        Reason.UNKNOWN_TURN,
        Reason.UNSAID,
        Reason.NUMBER,
        Reason.UNIT,
        Reason.DOSE,
        Reason.SIDE,
        Reason.TIME,
        Reason.NEGATION,
        Reason.SUBJECT,
    }
)
_UNIT: Final = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)\s*-?\s*(milligrams?|mg|micrograms?|mcg|grams?|g|millilit(?:er|re)s?|"
    r"ml|units?|percent|%|"
    r"seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|pounds?|lbs?|kilos?|kilograms?|kg|"
    r"inches|centimet(?:er|re)s?|cm|"
    r"pills?|tablets?|puffs?|drinks?|beers?|packs?|cigarettes?|degrees|miles?|blocks?)\b",
    re.I,
)
_UNIT_NAMES: Final = {
    "milligram": "mg", "microgram": "mcg", "gram": "g", "milliliter": "ml", "millilitre": "ml", "percent": "%",
    "lb": "pound",
    "kilo": "kg", "kilogram": "kg", "centimeter": "cm", "centimetre": "cm", "inche": "inch", "tablet": "pill",
}  # fmt: skip
_FROM_TO: Final = re.compile(r"\bfrom (\d+(?:\.\d+)?)(?: ?[a-z]+)? to (\d+(?:\.\d+)?)", re.I)
_SIDES: Final = {"left": "left", "right": "right", "bilateral": "both", "bilaterally": "both", "both": "both"}
_NOT_A_SIDE: Final = re.compile(
    r"\b(?:right (?:now|here|there|away|behind|after|before|around|in|at|on|up|down|then)|all right|"
    r"that's right|right\s*[,.?]|left (?:over|alone|it|to|the|for|my|off|out|with)|is left)",
    re.I,
)
_TIMES: Final = frozenset(
    stem(w)
    for w in word_list(
        "january february march april june july august september october november december monday tuesday "
        "wednesday thursday friday saturday sunday yesterday today tomorrow tonight morning afternoon evening "
        "night daily weekly monthly yearly twice hourly nightly annually"
    )
)
_RELATIVES: Final = frozenset(
    stem(w)
    for w in word_list(
        "mother father mom dad mum brother sister parent parents son daughter aunt uncle grandmother "
        "grandfather grandma grandpa family cousin sibling siblings wife husband child children"
    )
)
CLINICIAN_ONLY: Final = frozenset(
    {Division.EXAM, Division.VITALS, Division.RESULTS, Division.ASSESSMENT, Division.PLAN}
)
"""Divisions that rest on the clinician's words."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One sentence before the gate: its cited turns, their plain text, and the findings they carry."""

    sentence: NoteSentence
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    findings: tuple[Finding, ...]

    @property
    def said(self) -> str:
        return " ".join(turn.text for turn in self.turns)


def verify(
    sentence: NoteSentence, turns: Sequence[Turn], findings: Sequence[Finding], speakers: Sequence[Speaker] = ()
) -> NoteSentence:
    """``sentence`` with a fresh verdict and its reasons.

    ``speakers`` are the roles of ``turns`` where they are better known than the labels. What a clinician typed is
    never called unsupported: it is theirs to say, and only marked where the visit does not bear it out.
    """
    reasons = _reasons(sentence, turns, findings, speakers or [turn.speaker for turn in turns])
    typed = sentence.origin is Origin.CLINICIAN
    if typed and reasons:
        return replace(
            sentence, verdict=Verdict.NEEDS_REVIEW, reasons=tuple(dict.fromkeys((Reason.TYPED.value, *reasons)))
        )
    if any(reason in _WORST for reason in reasons):
        verdict = Verdict.UNSUPPORTED
    else:
        verdict = Verdict.NEEDS_REVIEW if reasons else Verdict.SUPPORTED
    return replace(sentence, verdict=verdict, reasons=tuple(reason.value for reason in reasons))


def _reasons(
    sentence: NoteSentence, turns: Sequence[Turn], findings: Sequence[Finding], speakers: Sequence[Speaker]
) -> list[Reason]:
    if not sentence.evidence:
        return [Reason.NO_EVIDENCE]
    places = {turn.index: place for place, turn in enumerate(turns)}
    if not places.keys() >= set(sentence.evidence):
        return [Reason.UNKNOWN_TURN]
    cited = sorted(set(sentence.evidence))
    case = _Case(
        sentence,
        tuple(replace(turns[places[i]], text=plain(normalise(turns[places[i]].text))) for i in cited),
        tuple(speakers[places[i]] for i in cited),
        tuple(f for f in findings if set(f.turns) & set(cited)),
    )
    return list(dict.fromkeys(reason for check in _CHECKS for reason in check(case)))


def _numbers(case: _Case) -> list[Reason]:
    known = stated(case.said).union(
        *(stated(f"{f.detail.value or ''} {f.detail.frequency or ''} {f.detail.duration or ''}") for f in case.findings)
    )
    return [Reason.NUMBER] if stated(case.sentence.text) - known else []


def _units(case: _Case) -> list[Reason]:
    """A number keeps the unit it was said with, when it was said with one."""
    spoken = _measures(case.said) | {m for f in case.findings for m in _measures(f"{f.detail.value} {f.detail.unit}")}
    with_unit = {number for number, _ in spoken}
    wrong = [m for m in _measures(case.sentence.text) if m[0] in with_unit and m not in spoken]
    return [Reason.UNIT] if wrong else []


def _measures(text: str) -> set[tuple[str, str]]:
    out = set()
    for number, unit in _UNIT.findall(figures(text)):
        name = unit.lower().removesuffix("s")
        out.add((f"{float(number):g}", _UNIT_NAMES.get(name, name)))
    return out


def _doses(case: _Case) -> list[Reason]:
    """A drug named with a dose has the dose understood for it, or one said in the same clause."""
    doses = {n for n, unit in _measures(case.sentence.text) if unit in ("mg", "mcg", "g", "ml", "unit")}
    if not doses:
        return []
    words = content(case.sentence.text)
    drugs = [f for f in case.findings if f.kind is FindingKind.MEDICATION and content(f.concept) & words]
    known = {n for f in drugs for n in stated(f.detail.value or "")}
    near = {
        n
        for turn in case.turns
        for clause in clauses(turn.text)
        if content(clause) & words - NOTE_WORDS
        for n in stated(clause)
    }
    changed = near if _changes(case, drugs, doses, known) else set[str]()
    if known and len(drugs) == 1 and not doses <= known | (near if len(case.findings) == 1 else changed):
        return [Reason.DOSE]
    return [] if doses <= known | near else [Reason.DOSE]


def _changes(case: _Case, drugs: Sequence[Finding], doses: set[str], known: set[str]) -> bool:
    """Whether a sentence gives the old and the new dose of one drug ("from 5 mg to 10 mg") as they were said."""
    stood = [m.groups() for m in _FROM_TO.finditer(figures(case.sentence.text))]
    spoken = [m.groups() for turn in case.turns for m in _FROM_TO.finditer(figures(turn.text))]
    return len(drugs) == 1 and len(stood) == 1 and stood[0] in spoken and doses == set(stood[0]) and bool(doses & known)


def _sides(case: _Case) -> list[Reason]:
    said, stands = _sided(case.said), _sided(case.sentence.text)
    said |= {
        (_SIDES[f.detail.side.lower()], "") for f in case.findings if f.detail.side and f.detail.side.lower() in _SIDES
    }
    spoken = {side for side, _ in said}
    for side, part in stands:
        if side not in spoken:
            return [Reason.SIDE]
        heard = {other for other, same in said if part and same == part}
        if heard and side not in heard:
            return [Reason.SIDE]
    return []


def _sided(text: str) -> set[tuple[str, str]]:
    """The sides a text names, each with the stem of the word that follows."""
    words = tokens(_NOT_A_SIDE.sub(" ", text))
    return {
        (_SIDES[word], stem(words[i + 1]) if i + 1 < len(words) else "")
        for i, word in enumerate(words)
        if word in _SIDES
    }


def _times(case: _Case) -> list[Reason]:
    said = content(case.said) | {
        w for f in case.findings for w in content(f"{f.detail.frequency} {f.detail.onset} {f.detail.duration}")
    }
    named = content(case.sentence.text) & _TIMES
    return [Reason.TIME] if named - said else []


def _words(case: _Case) -> list[Reason]:
    """Every word that carries meaning was said, is the clinical name of what was said, or is note language."""
    said = content(case.said)
    for finding in case.findings:
        said |= content(finding.concept) | content(" ".join(v for v in _details(finding)))
    unsaid = content(case.sentence.text) - said - NOTE_WORDS - _TIMES
    strange = [w for w in unsaid if not w[0].isdigit() and not any(same_meaning(w, other) for other in said)]
    return [Reason.UNSAID] if strange else []


def _details(finding: Finding) -> list[str]:
    d = finding.detail
    return [
        v
        for v in (
            d.value,
            d.unit,
            d.route,
            d.frequency,
            d.duration,
            d.onset,
            d.severity,
            d.side,
            d.site,
            d.quality,
            d.reaction,
            d.action,
            d.relation,
        )
        if v
    ]


def _negation(case: _Case) -> list[Reason]:
    """Each part of the sentence has the polarity of the findings it names, else of the clause it comes from."""
    out = []
    inherited = False
    for part in re.split(r",\s*|\s+(?:or|nor)\s+", "; ".join(polarity.parts(case.sentence.text))):
        words = content(part) - NOTE_WORDS
        own = polarity.denied(part, words)
        negative = own or (inherited and not re.search(r";", part))
        inherited = negative
        out.extend(_opposed(case, words, negative) if words else [])
    return out


def _opposed(case: _Case, words: frozenset[str], negative: bool) -> list[Reason]:
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
    if not votes:
        return []
    return [] if negative in votes else [Reason.NEGATION]


def _votes(case: _Case, words: frozenset[str]) -> list[bool | None]:
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


def _vote(case: _Case, place: int, clause: str, words: frozenset[str]) -> bool | None:
    """Whether a clause denies ``words``; a question is read with the cited answer after it."""
    asks = case.speakers[place] is Speaker.CLINICIAN and (clause.endswith("?") or questions.is_question(clause))
    if not asks:
        return polarity.denied(clause, words)
    if place + 1 >= len(case.turns):
        return None
    answer = questions.classify(case.turns[place + 1].text)
    if answer is questions.Answer.NO:
        return True
    if answer is questions.Answer.YES:
        return questions.negated(clause)
    return None


def _subject(case: _Case) -> list[Reason]:
    """A relative's condition is not told as the patient's."""
    words = content(case.sentence.text)
    if words & _RELATIVES or case.sentence.division is Division.FAMILY:
        return []
    family = [
        f for f in case.findings if f.subject is Subject.FAMILY and content(f.concept) and content(f.concept) <= words
    ]
    own = {f.concept for f in case.findings if f.subject is Subject.PATIENT}
    return [Reason.SUBJECT] if any(f.concept not in own for f in family) else []


def _possibility(case: _Case) -> list[Reason]:
    """What was only supposed ("if you get a fever") is not stated as a fact outside the plan."""
    if case.sentence.division in (Division.PLAN, Division.ASSESSMENT):
        return []
    words = content(case.sentence.text)
    named = [f for f in case.findings if content(f.concept) and content(f.concept) <= words]
    supposed = named and all(f.timing is Timing.HYPOTHETICAL for f in named)
    return (
        [Reason.HYPOTHETICAL]
        if supposed and not re.search(r"\bif\b|\bshould\b|\bin case\b|\bwhen\b", case.sentence.text, re.I)
        else []
    )


def _doubt(case: _Case) -> list[Reason]:
    """A denial rests on an answer that says no, not on a hedge."""
    if not re.match(r"(?:denies|no)\b", case.sentence.text, re.I):
        return []
    answers = [turn.text for turn, role in zip(case.turns, case.speakers, strict=True) if role is not Speaker.CLINICIAN]
    hedged = answers and all(questions.classify(a) is questions.Answer.HEDGED for a in answers)
    return [Reason.UNSURE] if hedged else []


def _speaker(case: _Case) -> list[Reason]:
    """Examination, results, assessment and plan rest on the clinician's words."""
    known = set(case.speakers) - {Speaker.UNKNOWN}
    if not known or case.sentence.division not in CLINICIAN_ONLY:
        return []
    return [] if Speaker.CLINICIAN in known else [Reason.SPEAKER]


def _instruction(case: _Case) -> list[Reason]:
    """Nothing that a turn asks of the software is taken as simply said."""
    return [Reason.INSTRUCTION] if any(addresses_machine(turn.text) for turn in case.turns) else []


_CHECKS: Final[tuple[Callable[[_Case], list[Reason]], ...]] = (
    _numbers, _units, _doses, _sides, _times, _words, _negation, _subject, _possibility, _doubt, _speaker, _instruction,
)  # fmt: skip
