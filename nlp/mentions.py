"""From a sentence to mentions: what it names, whether it holds, for whom, when, and with which details."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from spacy.tokens import Doc, Span

from nlp import quantities
from nlp.lexicon import entries
from nlp.pipeline import TARGET_GROUP, Analysed, analyse, spans_of
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
SITED: Final = frozenset(
    {
        "pain",
        "swelling",
        "stiffness",
        "numbness",
        "tingling",
        "numbness and tingling",
        "weakness",
        "redness",
        "itching",
        "rash",
        "bruising",
        "lump",
        "burning sensation",
        "muscle cramps",
        "muscle spasms",
        "discharge",
        "skin sore",
        "skin lesion",
        "decreased range of motion",
        "instability of the joint",
        "trauma",
        "joint locking",
        "dry skin",
        "tenderness",
        "fracture",
        "arthritis",
        "osteoarthritis",
        "sprain",
        "muscle strain",
        "tendinitis",
        "infection",
        "bursitis",
        "effusion",
        "erythema",
        "crepitus",
        "warmth",
        "ecchymosis",
        "deformity",
        "laxity",
        "pain with range of motion",
        "full range of motion",
        "strength",
        "spasm",
        "mass",
        "pitting edema",
        "x-ray",
        "mri",
        "ct scan",
        "ultrasound",
        "cyst",
        "hernia",
        "surgery",
        "cellulitis",
        "wound infection",
        "blood clot",
        "biopsy",
        "non-tender",
        "drainage",
        "atrophy",
        "cancer",
        "scar",
    }
)
_PAIN_NAMES: Final = {
    "head": "headache",
    "throat": "sore throat",
    "tooth": "tooth pain",
    "joint": "joint pain",
    "muscle": "muscle aches",
    "lower back": "low back pain",
    "skin": "skin pain",
    "side": "flank pain",
    "sinus": "facial pain",
    "face": "facial pain",
}
_GIVEN: Final = re.compile(
    r"\b(?:with|of|about|besides|despite|before|after|from|for)\s+(?:the|this|that|your|these|those|my|"
    r"his|her)\s+(?:[\w-]+\s+){0,2}$|\b(?:this|these)\s+(?:[\w-]+\s+)?$|\b(?:make|makes|made|cause|causes|"
    r"caused|brings? on|trigger\w*|set off|worsens?)\s+(?:you |it |the |your |me |my )*(?:feel )?$"
)
_BY_CAUSE: Final = (
    ("dysuria", re.compile(r"\b(?:pee|wee|urinat\w*|pass(?:ing)? (?:water|urine))\b")),
    ("odynophagia", re.compile(r"\bswallow\w*")),
    ("pain on breathing", re.compile(r"\bbreath(?:e|ing)?\b")),
)
_ADJECTIVES: Final = (
    r"(?:(?!(?:been|is|are|was|were|feel|feels|feeling|get|gets|getting|been|have|has|had|"
    r"any)\b)[\w-]+\s+){0,2}"
)
_DEFINITE: Final = re.compile(rf"\b(?:the|your|this|that|these|those|his|her|my|said)\s+{_ADJECTIVES}$")
_YEARS_AGO: Final = re.compile(
    r"\b(?:\d+|few|couple(?: of)?|several|many)\s+years?\s+ago\b|\bin (?:19|20)\d\d\b|\bback in (?:19|"
    r"20)?\d\d\b|\bas a (?:kid|child|teenager)\b"
)
_FALSE_SITE: Final = re.compile(
    r"\b(?:come|came|coming|go|going|went|get|getting|call|called|be|bring|brought|send|sent|see you|"
    r"welcome|look|follow|it's|i'm|right|check|report|refer|gone|came|switch|cut|circle|went) back$|"
    r"^back (?:in|to|home|then|at|on|up|into|and forth|here|from)\b|\bback (?:in|to|home|then|up|and "
    r"forth|here) "
)
_OWNED: Final = re.compile(r"\b(?:my|your|his|her|the|lower|upper|mid|middle)\s")
_STOP_WORDS: Final = re.compile(
    r"\b(?:stop(?:ped)?|quit|came off|come off|gave up|ran out of|run out of|discontinued?|no "
    r"longer (?:take|taking|use)|not (?:been )?taking|haven't (?:been )?tak(?:en|ing)|don't take|didn't "
    r"take|got off|off of)\b"
)


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
_SELF: Final = re.compile(r"\b(?:i|i'm|i've|me)\b")


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


def _clause_of(token: int, starts: tuple[int, ...]) -> int:
    return max(0, sum(start <= token for start in starts) - 1)


def _mention(span: Span, analysed: Analysed) -> Mention:
    meta: dict[str, Any] = span._.target_rule.metadata
    relation = _relation(span)
    clause = _clause_of(span.start, analysed.clauses)
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
        definite=bool(_DEFINITE.search(before + " ")),
        given=bool(_GIVEN.search(before + " ")),
        vague=bool(meta["vague"]) or meta["concept"] in {"symptoms", "medical conditions", "tests", "vital signs"},
        excluded=bool(re.match(r"^(?:other than|apart from|aside from|besides|except)", before)),
    )
    if relation:
        mention.detail["relation"] = relation
    return mention


def _is_site(span: Span) -> bool:
    """Whether a site word names a place of the body: not "come back", not "the right hand side"."""
    doc = span.doc
    if span.text in {"bottom", "side", "top"} and doc[span.end : span.end + 1].text == "of":
        return False
    if span.text == "hand" and doc[span.end : span.end + 1].text == "side":
        return False
    if span.text != "back" or _OWNED.search(doc[max(0, span.start - 2) : span.start].text + " "):
        return True
    around = doc[max(0, span.start - 2) : span.end].text
    return not (_FALSE_SITE.search(around) or _FALSE_SITE.search(doc[span.start : span.end + 1].text + " "))


def _site_for(mention: Mention, sites: list[tuple[Span, str]]) -> str | None:
    """The nearest site in the words around a symptom, at most seven tokens away."""
    near = [(s.start - mention.end if s.start >= mention.end else mention.start - s.end, name) for s, name in sites]
    near = [item for item in near if item[0] <= 7]
    return min(near)[1] if near else None


def _place(mention: Mention, sites: list[tuple[Span, str]], clause_text: str, window: str) -> None:
    side = quantities.side(window) or (quantities.side(clause_text) if len(sites) <= 1 else None)
    if mention.concept in SITED:
        name = _site_for(mention, sites)
        if name is not None:
            mention.detail["site"] = name
            if mention.kind is FindingKind.SYMPTOM or mention.concept in {"x-ray", "mri", "ct scan", "ultrasound"}:
                mention.concept = (
                    _PAIN_NAMES.get(name, f"{name} pain") if mention.concept == "pain" else f"{name} {mention.concept}"
                )
    if side:
        mention.detail.setdefault("side", side)


def _window(mention: Mention, analysed: Analysed, spans: list[Mention]) -> str:
    """The words that can describe a mention: its clause, cut at the neighbouring mentions of the same kind."""
    starts = analysed.clauses
    end_of_clause = starts[mention.clause + 1] if mention.clause + 1 < len(starts) else len(analysed.doc)
    left = max([starts[mention.clause], *(m.end for m in spans if m.kind is mention.kind and m.end <= mention.start)])
    right = min([end_of_clause, *(m.start for m in spans if m.kind is mention.kind and m.start >= mention.end)])
    return str(analysed.doc[left:right].text)


def _describe(mention: Mention, window: str, near: str, after: str) -> None:
    if mention.kind is FindingKind.MEDICATION:
        found = quantities.dose(after)
        found |= {key: value for key, value in quantities.times(window).items() if key in {"duration", "onset"}}
        if _STOP_WORDS.search(window):
            found["action"] = "stop"
    elif mention.kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM, FindingKind.EXAM}:
        found = quantities.times(window) | quantities.character(window)
        found.pop("severity", None)
        severity = quantities.character(near).get("severity")
        if severity:
            found["severity"] = severity
        if found.get("quality") and (found["quality"] in mention.text or mention.kind is not FindingKind.SYMPTOM):
            del found["quality"]
    elif mention.kind is FindingKind.SOCIAL:
        found = quantities.times(window)
        amount = re.search(
            r"\b(?:\d+(?:\.\d+)?(?:\s*(?:to|or|-)\s*\d+)?|half a|a couple(?: of)?|a few|a|about a)\s+(?:packs?|"
            r"cigarettes?|drinks?|beers?|glass(?:es)?(?: of wine)?|pints?|units?|cups?|bottles?|cigars?|joints?|"
            r"roll-?ups?)\b(?:\s+(?:of \w+ ))?",
            window,
        )
        if amount:
            found["value"] = amount.group(0).strip()
    else:
        found = {key: value for key, value in quantities.times(window).items() if key != "course"}
    for key, value in found.items():
        mention.detail.setdefault(key, value)
    if mention.concept == "pain" and (cause := mention.detail.get("aggravating")):
        mention.concept = next((name for name, pattern in _BY_CAUSE if pattern.search(cause)), mention.concept)


def extract(text: str, *, examining: bool = False) -> Said:
    """The mentions of one plain sentence in order. ``examining`` reads observations as exam findings."""
    analysed = analyse(text)
    doc, starts = analysed.doc, analysed.clauses
    bounds = [*starts, len(doc)]
    clauses = [doc[a:b].text.strip(" ,") for a, b in zip(bounds, bounds[1:], strict=False)]
    spans = list(doc.spans[TARGET_GROUP])
    sites = [span for span in spans if span.label_ == "sites" and _is_site(span)]
    mentions = [_mention(span, analysed) for span in spans if span.label_ not in {"sites", "relations"}]
    mentions = _corrected(mentions, doc)
    placed = [(site, site._.target_rule.metadata["concept"]) for site in sites]
    if examining:
        mentions = _with_exam(mentions, analysed)
    for mention in mentions:
        window = _window(mention, analysed, mentions)
        local = [(site, name) for site, name in placed if _clause_of(site.start, starts) == mention.clause]
        _place(mention, local, clauses[mention.clause], window)
        if clauses[mention.clause].endswith(f"{mention.text} no"):
            mention.polarity = Polarity.ABSENT
        end_of_clause = bounds[mention.clause + 1]
        following = min(
            [end_of_clause, *(m.start for m in mentions if m.start >= mention.end and m.kind is mention.kind)]
        )
        near = doc[max(starts[mention.clause], mention.start - 4) : min(end_of_clause, mention.end + 6)].text
        _describe(mention, window, near, doc[mention.end : following].text)
        if (
            mention.timing is Timing.CURRENT
            and _YEARS_AGO.search(clauses[mention.clause])
            and mention.kind is not FindingKind.PROBLEM
        ):
            mention.timing = Timing.PAST
    return Said(text, clauses, mentions, [name for _, name in placed])


_KIN: Final = frozenset(
    {
        "mother",
        "father",
        "parents",
        "brother",
        "sister",
        "siblings",
        "grandmother",
        "grandfather",
        "grandparents",
        "aunt",
        "uncle",
        "cousin",
    }
)


def _follow_pronoun(mention: Mention, clauses: list[str]) -> None:
    """Give "my mum, she's got diabetes" to the mother."""
    if mention.clause and re.match(r"(?:and |so |but )?(?:she|he|they)\b", clauses[mention.clause]):
        relation = relation_in(" ".join(clauses[: mention.clause]))
        if relation in _KIN:
            mention.subject, mention.detail["relation"] = Subject.FAMILY, relation


_CORRECTS: Final = re.compile(r"^\W*(?:or\W+)?(?:i'm sorry|sorry|i mean|or rather|rather|no wait|correction|wait)\W*$")


def _corrected(mentions: list[Mention], doc: Doc) -> list[Mention]:
    """Without what the speaker took back at once ("penicillin, I'm sorry, amoxicillin")."""
    pairs = zip(mentions, mentions[1:], strict=False)
    dropped = {id(a) for a, b in pairs if a.kind is b.kind and _CORRECTS.match(doc[a.end : b.start].text)}
    return [mention for mention in mentions if id(mention) not in dropped]


def relation_in(text: str) -> str | None:
    """The relative that a sentence names first ("mother" for "mum")."""
    words = re.findall(r"[a-z]+", text)
    return next((name for word in words for name, sayings in _RELATION_WORDS.items() if word in sayings), None)


def allergens(text: str) -> list[str]:
    """The allergens other than drugs that a sentence names."""
    return [str(span._.target_rule.metadata["concept"]) for span in spans_of("allergens", analyse(text))]


def _with_exam(mentions: list[Mention], analysed: Analysed) -> list[Mention]:
    """Observations replace what the general lexicons made of the same words."""
    observed = []
    for span in spans_of("exam", analysed):
        exam = _mention(span, analysed)
        covered = [m for m in mentions if m.start < exam.end and exam.start < m.end]
        if covered:
            exam.polarity, exam.timing = covered[0].polarity, covered[0].timing
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
    r"\b(?:no|not|n't|without|negative|do not|don't|doesn't|isn't|aren't|never)\b(?!.*\b(?:but|with some|except)\b)"
)


def _negated_near(span: Span, analysed: Analysed) -> Polarity:
    clause = _clause_of(span.start, analysed.clauses)
    reach = _NORMAL_REACH if span._.target_rule.metadata["concept"] in _NORMAL else _NEGATION_REACH
    before = analysed.doc[max(analysed.clauses[clause], span.start - reach) : span.start].text
    after = analysed.doc[span.end : span.end + 4].text
    negated = _NO_BEFORE.search(before) or re.match(
        r"^\s*(?:is|are|was|test is|test was)?\s*(?:negative|absent|none)\b", after
    )
    return Polarity.ABSENT if negated else Polarity.PRESENT
