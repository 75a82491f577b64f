"""Words between the two who speak ("what we call", "call us", "which we did") taken out of note sentences."""

import re
from typing import Final

from prompts.language.grammar import Person

_ASIDES: Final = (
    re.compile(r"\b(?:is |it is )?what (?:i|we) call(?:ed)?\b(?: (?:a|an)\b)?\s*", re.I),
    re.compile(r"\b(?:i|we) (?:do |would |also |really )*(?:think|believe|say|know)(?: that)?\s+", re.I),
    re.compile(r"\s*,?\s*\b(?:which|that|like|as) (?:i|we)(?: \w+){1,6}$", re.I),
    re.compile(r"\s*(?<=\bcall) (?:me|us)\b|\s*(?<=\bcontact) (?:me|us)\b", re.I),
    re.compile(r"\s*\b(?:for|to see|with) (?:me|us)\b", re.I),
    re.compile(r"\blem me tell (?:you|them|him|her) .*$|\bany other questions\b.*$", re.I),
)
_ACTING: Final = re.compile(
    r"(?:^|(?<=,)\s*|\b(?<=and) |\b(?<=then) |\b(?<=but) )(?:i|we) (?!(?:\w+ )?not\b)"
    r"(?:(?:also|just|do|did|have|had|would|will|are|am|personally|then|still|going to|want to|need to|"
    r"like to|go ahead and)\s+(?!not\b))*"
    r"(?!look|listen|talk|see|take a|examine|feel|press|ask|tell|say|explain|let|come|think|wonder|hope|check up)"
    r"(?=\w{3,})",
    re.I,
)
_SUSPECT: Final = re.compile(r"\b(?:i|we) (?:do |would |also |really )*suspect(?: that)?\b", re.I)
_RETURN: Final = re.compile(r"\bcome (?:back )?(?:in )?(?:and |to )?see (?:me|us)\b(?: again| back)?", re.I)
_SPOKEN: Final = re.compile(r"\b(?:you|your|yours|yourself|i|me|my|mine|myself|we|us|our|ours|ourselves)\b", re.I)


def impersonal(text: str, person: Person) -> str:
    """``text`` as a note has it, without the speakers; a "your" that was left is the patient's."""
    text = _RETURN.sub("return", text)
    for aside in _ASIDES:
        text = aside.sub("", text)
    text = _SUSPECT.sub("suspected", text)
    text = _ACTING.sub(" ", text.strip(" ,"))
    text = re.sub(r"\byour\b", person.possessive, text, flags=re.I)
    return re.sub(r"\s{2,}", " ", text).strip(" ,")


def personal(text: str) -> bool:
    """Whether a text still speaks to or of the speakers, so that no note can carry it."""
    return bool(_SPOKEN.search(text))
