"""Places of the body and the complaints that take one: "pain in my left knee" is left knee pain."""

import re
from typing import Final

from spacy.tokens import Span

from nlp import quantities
from nlp.mentions import Mention
from visit.findings import FindingKind

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
_EFFUSION_NAMES: Final = {"chest": "pleural effusion", "lung": "pleural effusion", "heart": "pericardial effusion"}
_FALSE_SITE: Final = re.compile(
    r"\b(?:come|came|coming|go|going|went|get|getting|call|called|be|bring|brought|send|sent|see you|"
    r"welcome|look|follow|it's|i'm|right|check|report|refer|gone|came|switch|cut|circle|went) back$|"
    r"^back (?:in|to|home|then|at|on|up|into|and forth|here|from)\b|\bback (?:in|to|home|then|up|and "
    r"forth|here) "
)
_STATES: Final = re.compile(r"(?:is|are|seems?|looks?|sounds?|feels?|appears?)$")
_OPENS: Final = re.compile(
    r"^(?!(?:in|on|of|at|to|over|around|behind|under|down|from|across|along|near|with|into|through|below|above)\b)"
    r"(?:\S+ )?(?:your|the|his|her)$"
)
_OWNED: Final = re.compile(r"\b(?:my|your|his|her|the|lower|upper|mid|middle)\s")


def is_site(span: Span) -> bool:
    """Whether a site word names a place of the body: not "come back", not "the right hand side", not
    "the back of the throat"."""
    doc = span.doc
    if span.text in {"bottom", "side", "top", "back"} and doc[span.end : span.end + 1].text == "of":
        return False
    if span.text == "hand" and doc[span.end : span.end + 1].text == "side":
        return False
    if span.text != "back" or _OWNED.search(doc[max(0, span.start - 2) : span.start].text + " "):
        return True
    around = doc[max(0, span.start - 2) : span.end].text
    return not (_FALSE_SITE.search(around) or _FALSE_SITE.search(doc[span.start : span.end + 1].text + " "))


def _is_subject(span: Span) -> bool:
    """Whether something else is said of a site than what stands before it ("no rash your eyes look clear")."""
    doc = span.doc
    leads = doc[max(0, span.start - 2) : span.start].text
    return bool(_STATES.match(doc[span.end : span.end + 1].text) and _OPENS.search(leads))


def _site_for(mention: Mention, sites: list[tuple[Span, str]]) -> str | None:
    """The nearest site in the words around a symptom, at most seven tokens away."""
    sites = [(s, name) for s, name in sites if s.start < mention.end or not _is_subject(s)]
    near = [(s.start - mention.end if s.start >= mention.end else mention.start - s.end, name) for s, name in sites]
    near = [item for item in near if item[0] <= 7]
    return min(near)[1] if near else None


def place(mention: Mention, sites: list[tuple[Span, str]], clause_text: str, window: str) -> None:
    """Give a mention its site and side, and its name with the site ("knee pain")."""
    side = quantities.side(window) or (quantities.side(clause_text) if len(sites) <= 1 else None)
    if mention.concept in SITED:
        name = _site_for(mention, sites)
        if name is not None:
            mention.detail["site"] = name
            if mention.kind is FindingKind.SYMPTOM or mention.concept in {"x-ray", "mri", "ct scan", "ultrasound"}:
                names = {"pain": _PAIN_NAMES}.get(mention.concept, {})
                mention.concept = names.get(name, f"{name} {mention.concept}")
            elif mention.concept == "effusion":
                mention.concept = _EFFUSION_NAMES.get(name, f"{name} effusion")
    if side:
        mention.detail.setdefault("side", side)
