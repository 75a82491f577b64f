"""Who, whether and when: reads the assertion of words in a clinical sentence from the cues around them.

A small ConText (Harkema et al., J Biomed Inform 2009): cue phrases open a scope to their right or left that ends at
a conjunction of contrast or at the end of the sentence.
"""

import re
from enum import StrEnum
from typing import Final


class Assertion(StrEnum):
    """What a sentence claims of a condition. Only ``PRESENT`` may be coded as a diagnosis."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    PAST = "past"
    FAMILY = "family"
    HYPOTHETICAL = "hypothetical"


_BEFORE: Final = (
    (Assertion.FAMILY, r"family history(?: is)?(?: significant| notable| positive)?(?: of| for)?|\bfh\b|\b(?:his|her|the patient's|patient's|their|my|a)\s+(?:\w+\s+)?(?:mother|father|mom|dad|brother|sister|son|daughter|grandmother|grandfather|grandparents?|aunt|uncle|cousin|parents?|siblings?)\b|runs in the family|\bmother\b|\bfather\b"),
    (Assertion.ABSENT, r"\bno\b(?! (?:longer )?(?:change|changes|relief|improvement|better)\b)|\bdenie[sd]\b|\bdenying\b|\bdeny\b|\bwithout\b|\bnegative for\b|\bnot have\b|\bno (?:evidence|signs?|history|indication|complaints?) of\b|\bnever\b|\bfree of\b|\babsence of\b|\brule[sd] out\b(?!.{0,3}\b(?:for|with)\b)|\bruled out\b|\bnot (?:consistent with|suggestive of|diagnosed|concerned)\b|\bdoes(?: not|n't) (?:have|appear|show|report)\b|\bhas(?: not|n't) had\b|\bneither\b|\bnor\b|\bnon-?\b(?=\s)"),
    (Assertion.UNCERTAIN, r"\b(?:possibl[ey]|probabl[ey]|suspect(?:ed|s|ing)?|suspicio(?:n|us)(?: of| for)?|questionable|presum(?:ed|ptive|ably)|likely|unlikely|r/o|rule out|ruling out|to rule out|concern(?:ed|ing|s)?(?: for| about| of| that)?|consistent with|compatible with|suggestive of|suggests?|indicative of|working diagnosis|differential(?: diagnosis)?(?: includes?)?|could be|may be|might be|may have|might have|could have|appears? to (?:be|have)|seems? to (?:be|have)|evaluate for|evaluation for|screen(?:ing)? for|versus|vs\.?|question of|if (?:this|it) is|I (?:think|believe|feel)(?: that)?|worry|worried|impending|or possible)\b"),
    (Assertion.HYPOTHETICAL, r"\b(?:if|should (?:he|she|they|the patient|you|symptoms|this)|in case(?: of)?|watch (?:out )?for|return (?:for|if)|at risk (?:for|of)|risks? (?:of|for)|risk factors? for|prevent(?:ion of|ing)?|to avoid|monitor for|signs and symptoms of|side effects?(?: include| of| such as)?|due for|goal|so that|unless|potential(?: for)?|such as|including but)\b"),
    (Assertion.PAST, r"\b(?:history of|h/o|hx of|s/p|status[- ]post|previous(?:ly)?(?: had)?|prior(?: to)?|remote|resolved|in the past|years ago|as a child|former(?:ly)?|past medical history(?: is)?(?: significant| notable)?(?: for| of)?|personal history of|childhood)\b"),
)  # fmt: skip
_AFTER: Final = (
    (Assertion.ABSENT, r"\b(?:(?:is|are|was|were|has been|have been) (?:ruled out|negative|absent|unlikely|not present|denied|excluded)|not (?:seen|noted|found|identified|appreciated|present)|was negative|: (?:no|none|negative|denies))\b"),
    (Assertion.UNCERTAIN, r"(?:\?|\b(?:is|are|was|were) (?:possible|probable|likely|suspected|being considered|in the differential|a (?:possibility|concern|consideration))|\bversus\b|\bvs\b|\bcannot be (?:ruled out|excluded)|\bsuspected\b|\bto be ruled out\b|, likely\b|, possible\b|, probable\b|, rule out\b)"),
    (Assertion.PAST, r"\b(?:(?:has|have|had|is|are|was|now) (?:since |now |fully |completely |essentially )?resolved|, resolved|\(resolved\)|in remission|years ago|in (?:his|her|their) (?:twenties|thirties|childhood|teens)|as a child|removed in)\b"),
)  # fmt: skip
_BREAK: Final = re.compile(
    r"\b(?:but|however|although|though|except|aside from|other than|yet|which|who)\b|[;:]|\.\s", re.I
)
_COMPILED_BEFORE: Final = tuple((a, re.compile(p, re.I)) for a, p in _BEFORE)
_COMPILED_AFTER: Final = tuple((a, re.compile(p, re.I)) for a, p in _AFTER)


def assertion_of(sentence: str, start: int, end: int) -> Assertion:
    """What ``sentence`` claims of its words ``start`` to ``end`` (character offsets)."""
    left = max((m.end() for m in _BREAK.finditer(sentence, 0, start)), default=0)
    stop = _BREAK.search(sentence, end)
    right = stop.start() if stop else len(sentence)
    before, after = sentence[left:start], sentence[end : min(right + 1, len(sentence))]
    for kind, pattern in _COMPILED_BEFORE:
        if pattern.search(before):
            return kind
    for kind, pattern in _COMPILED_AFTER:
        if pattern.search(after):
            return kind
    return Assertion.PRESENT


_DOUBT: Final = _COMPILED_BEFORE[2][1]
_PAST_HEADING: Final = re.compile(
    r"^\s*(?:\d+ \w+ )?(?:personal |past |known )?(?:history of|h/o|hx of|status[- ]post|s/p|prior|previous)\b", re.I
)
_FAMILY_HEADING: Final = re.compile(r"^\s*(?:family history of|fh of)\b", re.I)


def read_heading(text: str) -> list[tuple[str, Assertion]]:
    """A problem line cut at its first word of doubt: what is before stands, what comes after is uncertain.

    "Knee pain, possible sprain" gives knee pain (present) and sprain (uncertain).
    """
    found = _DOUBT.search(text)
    pieces: list[tuple[str, Assertion]] = []
    sure = (text[: found.start()] if found else text).strip(" ,.;:-(")
    sure = re.sub(r"(?:,|\b(?:most|more|very|highly|and|with|due to|secondary to))*\s*$", "", sure, flags=re.I).strip(
        " ,.;:-("
    )
    doubtful_end = re.search(r"\?\s*$", text) is not None
    if sure:
        pieces.append(
            (sure.rstrip("? "), Assertion.UNCERTAIN if doubtful_end and not found else _heading_assertion(sure))
        )
    if found:
        rest = _DOUBT.sub(" ", text[found.start() :])
        rest = " ".join(
            re.sub(r"[?]|\b(?:due to|secondary to|contribution of|etiology of)\b", " ", rest).split()
        ).strip(" ,.;:-)")
        pieces.extend((part.strip(" .)"), Assertion.UNCERTAIN) for part in rest.split(",") if part.strip(" .)"))
    return pieces


def _heading_assertion(text: str) -> Assertion:
    if _FAMILY_HEADING.match(text):
        return Assertion.FAMILY
    if _PAST_HEADING.match(text):
        return Assertion.PAST
    if re.match(r"^\s*(?:no|denies|negative for|without|ruled out|rule out)\b", text, re.I) or re.search(
        r"\bruled out\b", text, re.I
    ):
        return Assertion.ABSENT
    after = assertion_of(text, 0, min(3, len(text)))
    return after if after in (Assertion.PAST, Assertion.UNCERTAIN, Assertion.ABSENT) else Assertion.PRESENT
