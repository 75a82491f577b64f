"""From a sentence to its mentions, each with its site, side and details."""

import re
from typing import Final

from spacy.tokens import Doc

from nlp import holding, quantities
from nlp.mentions import Mention, Said, clause_of, read_span, relation_in
from nlp.observations import with_exam
from nlp.pipeline import TARGET_GROUP, Analysed, analyse, spans_of
from nlp.sites import is_site, place
from visit.findings import FindingKind, Polarity, Subject, Timing

_BY_CAUSE: Final = (
    ("dysuria", re.compile(r"\b(?:pee|wee|urinat\w*|pass(?:ing)? (?:water|urine))\b")),
    ("odynophagia", re.compile(r"\bswallow\w*")),
    ("pain on breathing", re.compile(r"\bbreath(?:e|ing)?\b")),
)
_YEARS_AGO: Final = re.compile(
    r"\b(?:\d+|few|couple(?: of)?|several|many)\s+years?\s+ago\b|\bin (?:19|20)\d\d\b|\bback in (?:19|"
    r"20)?\d\d\b|\bas a (?:kid|child|teenager)\b"
)
_GIVEN_UP: Final = re.compile(r"\b(?:stopp(?:ed|ing)|quit|gave up|given up|giving up|used to)(?:\s+\w+){0,2}\s*$")
_MEANS_TO: Final = re.compile(r"\b(?:to|never|not|n't|try\w*|want\w*|like|hop\w*) (?:quit|stopping|giving up)\b")
_STOP_WORDS: Final = re.compile(
    r"\b(?:stop(?:ped)?|quit|came off|come off|gave up|ran out of|run out of|discontinued?|no "
    r"longer (?:take|taking|use)|not (?:been )?taking|haven't (?:been )?tak(?:en|ing)|don't take|didn't "
    r"take|got off|off of)\b"
)


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
    sites = [span for span in spans if span.label_ == "sites" and is_site(span)]
    mentions = [read_span(span, analysed) for span in spans if span.label_ not in {"sites", "relations"}]
    mentions = [m for m in _corrected(mentions, doc) if not _only_tested(m, doc)]
    placed = [(site, site._.target_rule.metadata["concept"]) for site in sites]
    if examining:
        mentions = with_exam(mentions, analysed)
    mentions = [m for m in mentions if not holding.only_named(m, *_around(m, analysed))]
    for mention in mentions:
        window = _window(mention, analysed, mentions)
        _follow_pronoun(mention, clauses)
        local = [(site, name) for site, name in placed if clause_of(site.start, starts) == mention.clause]
        place(mention, local, clauses[mention.clause], window)
        follows = clauses[mention.clause + 1] if mention.clause + 1 < len(clauses) else ""
        refused = clauses[mention.clause].endswith(mention.text) and re.match(r"no(?:pe)?(?:$|\s*,)", follows)
        if refused or clauses[mention.clause].endswith(f"{mention.text} no"):
            mention.polarity = Polarity.ABSENT
        end_of_clause = bounds[mention.clause + 1]
        following = min(
            [end_of_clause, *(m.start for m in mentions if m.start >= mention.end and m.kind is mention.kind)]
        )
        near = doc[max(starts[mention.clause], mention.start - 4) : min(end_of_clause, mention.end + 6)].text
        _describe(mention, window, near, doc[mention.end : following].text)
        began = starts[mention.clause]
        holding.settle(mention, clauses, doc[began : mention.start].text, doc[mention.end : end_of_clause].text)
        before = doc[max(began, mention.start - 4) : mention.start].text
        if mention.kind is FindingKind.SOCIAL and _GIVEN_UP.search(before) and not _MEANS_TO.search(before):
            mention.timing = Timing.PAST
        if (
            mention.timing is Timing.CURRENT
            and _YEARS_AGO.search(clauses[mention.clause])
            and mention.kind is not FindingKind.PROBLEM
        ):
            mention.timing = Timing.PAST
    _doubted_again(mentions)
    return Said(text, clauses, mentions, [name for _, name in placed])


def _doubted_again(mentions: list[Mention]) -> None:
    """Leave a problem that was only possible so when the sentence names it again ("a viral illness, just a virus")."""
    doubted: dict[str, Mention] = {}
    for mention in mentions:
        if mention.kind is not FindingKind.PROBLEM:
            continue
        first = doubted.get(mention.concept)
        if first is not None:
            mention.polarity, mention.timing = first.polarity, first.timing
        elif mention.polarity is Polarity.UNCERTAIN or mention.timing is Timing.HYPOTHETICAL:
            doubted[mention.concept] = mention


def _around(mention: Mention, analysed: Analysed) -> tuple[str, str]:
    """The words before a mention in its clause, and those after it in the sentence."""
    doc = analysed.doc
    return doc[analysed.clauses[mention.clause] : mention.start].text, doc[mention.end :].text


KIN: Final = frozenset(
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
    if mention.clause and re.match(r"(?:and |so |but )?(?:she|he|they)(?:'\w+)?\b", clauses[mention.clause]):
        before = " ".join(clauses[: mention.clause])
        relation = relation_in(before)
        if relation in _NOT_KIN and re.search(rf"\b(?:my|this|that|a|of)\s+(?:\w+\s+)?{_NOT_KIN[relation]}", before):
            mention.subject = Subject.OTHER
        if relation in KIN:
            mention.subject, mention.detail["relation"] = Subject.FAMILY, relation


_NOT_KIN: Final = {
    "friend": r"(?:friend|flatmate|roommate|housemate|neighbou?r|colleague|co-?worker)",
    "partner": r"(?:partner|girlfriend|boyfriend|fiancee?)",
    "wife": r"wife",
    "husband": r"husband",
}
_TESTED: Final = re.compile(
    r"^(?:screen\w*|tests?|tested|testing|swabs?|check\w*|clinic|vaccin\w*|jabs?|shots?|immuni[sz]\w*)\b"
)
_TESTED_FOR: Final = re.compile(
    r"\b(?:vaccin\w*|immuni[sz]\w*|jabs?|screen\w*|tested|tests?)(?:\s*,|\s+(?:for|against|like|such as|including))+"
    r"(?:\s+(?:the|a|any|things like))*\s*$"
)


def _only_tested(mention: Mention, doc: Doc) -> bool:
    """Whether a disease is only what a test or vaccine is for ("your last STD screen", "vaccinated against flu")."""
    before, after = doc[max(0, mention.start - 6) : mention.start].text, doc[mention.end : mention.end + 1].text
    disease = mention.kind is FindingKind.PROBLEM
    return disease and bool(_TESTED.match(after) or _TESTED_FOR.search(before))


_CORRECTS: Final = re.compile(r"^\W*(?:or\W+)?(?:i'm sorry|sorry|i mean|or rather|rather|no wait|correction|wait)\W*$")


def _corrected(mentions: list[Mention], doc: Doc) -> list[Mention]:
    """Without what the speaker took back at once ("penicillin, I'm sorry, amoxicillin")."""
    pairs = zip(mentions, mentions[1:], strict=False)
    dropped = {id(a) for a, b in pairs if a.kind is b.kind and _CORRECTS.match(doc[a.end : b.start].text)}
    return [mention for mention in mentions if id(mention) not in dropped]


def allergens(text: str) -> list[str]:
    """The allergens other than drugs that a sentence names."""
    return [str(span._.target_rule.metadata["concept"]) for span in spans_of("allergens", analyse(text))]
