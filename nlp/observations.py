"""What an examiner observes, read in statements about an examination."""

import re
from typing import Final

from spacy.tokens import Span

from nlp.mentions import Mention, clause_of, read_span
from nlp.pipeline import Analysed, spans_of
from visit.findings import FindingKind, Polarity


def with_exam(mentions: list[Mention], analysed: Analysed) -> list[Mention]:
    """Observations replace what the general lexicons made of the same words."""
    observed = []
    for span in spans_of("exam", analysed):
        exam = read_span(span, analysed)
        covered = [m for m in mentions if m.start < exam.end and exam.start < m.end]
        if covered:
            exam.polarity, exam.timing = covered[0].polarity, covered[0].timing
            if exam.concept in _NORMAL and covered[0].start > exam.start:  # the "not" of "not tender" is in the name
                exam.polarity = _negated_near(span, analysed)
            if any(m.end - m.start > exam.end - exam.start and m.kind is not FindingKind.SYMPTOM for m in covered):
                continue
        else:
            exam.polarity = _negated_near(span, analysed)
        if exam.concept in _SIGNS:
            _read_sign(exam, analysed)
        observed.append(exam)
    kept = [m for m in mentions if not any(m.start < e.end and e.start < m.end for e in observed)]
    return sorted([*kept, *observed], key=lambda m: m.start)


def _read_sign(exam: Mention, analysed: Analysed) -> None:
    """A named test is always present; what it showed is its value."""
    near = analysed.doc[max(0, exam.start - 4) : exam.end + 6].text
    stated = re.search(r"\b(?:positive|negative|normal)\b", near)
    negative = exam.polarity is Polarity.ABSENT
    exam.polarity = Polarity.PRESENT
    if stated or negative:
        exam.detail["value"] = stated.group(0) if stated else "negative"


_NEGATION_REACH: Final = 8
_NORMAL_REACH: Final = 2
# States that are already good news: a "no" further away denies something else.
_NORMAL: Final = frozenset(
    {
        "regular rate and rhythm",
        "clear to auscultation",
        "non-tender",
        "non-distended",
        "abdomen soft",
        "normal sensation",
        "full range of motion",
        "gait normal",
        "oropharynx clear",
        "tympanic membranes clear",
        "neck supple",
        "moist mucous membranes",
        "pupils equal and reactive",
        "no acute distress",
        "alert and oriented",
        "normal affect",
        "cranial nerves intact",
        "extraocular movements intact",
        "positive bowel sounds",
    }
)
_SIGNS: Final = frozenset(
    {
        "straight leg raise",
        "mcmurray test",
        "lachman test",
        "phalen test",
        "tinel test",
        "empty can test",
        "finkelstein test",
        "romberg test",
        "murphy sign",
    }
)
_NO_BEFORE: Final = re.compile(
    r"\b(?:no|not|n't|without|negative(?: for\b|\s*$)|do not|don't|doesn't|isn't|aren't|never)\b(?!.*\b(?:"
    r"but|with some|except|i (?:do |can |did )?(?:notice|see|feel|hear|appreciate|find)|"
    r"there(?:'s| is| are)|you do have|intact|"
    r"(?:is|are|was|were) (?:normal|clear|good|fine|equal|present|symmetric\w*|\d))\b)"
)


def _negated_near(span: Span, analysed: Analysed) -> Polarity:
    clause = clause_of(span.start, analysed.clauses)
    reach = _NORMAL_REACH if span._.target_rule.metadata["concept"] in _NORMAL else _NEGATION_REACH
    before = analysed.doc[max(analysed.clauses[clause], span.start - reach) : span.start].text
    after = analysed.doc[span.end : span.end + 4].text
    negated = _NO_BEFORE.search(before) or re.match(
        r"^\s*(?:is|are|was|test is|test was)?\s*(?:negative|absent|none)\b", after
    )
    return Polarity.ABSENT if negated else Polarity.PRESENT
