"""From speech to plain text: fillers, false starts, repeats and hedges out; contractions and abbreviations in shape."""

import re
from functools import lru_cache
from typing import Final

from prompts.language.numerals import decimals, figures

_DETOKENISE: Final = (
    (re.compile(r"<[^>]*>"), " "),
    (re.compile(r"[’`]"), "'"),
    (re.compile(r"\s+n't\b", re.I), "n't"),
    (re.compile(r"\b(ca|wo|do|does|did|is|was|are|have|has|had|would|could|should)n't\b", re.I), r"\1n't"),
    (re.compile(r"\s+'(s|re|ve|ll|d|m)\b", re.I), r"'\1"),
    (re.compile(r"\bgon na\b|\bgonna\b", re.I), "going to"),
    (re.compile(r"\bwan na\b|\bwanna\b", re.I), "want to"),
    (re.compile(r"\bgot ta\b|\bgotta\b", re.I), "have to"),
    (re.compile(r"\b(kind|sort) of\b|\bkinda\b|\bsorta\b|\bkind've\b", re.I), ""),
    (re.compile(r"\bcuz\b|\b'?cause\b(?= (?:i|it|he|she|they|my|the)\b)|\bcos\b", re.I), "because"),
    (
        re.compile(
            r"\b(do(?:n't| not)) think so,?\s+(?=(?:that|it)(?:'s| is) (?:necessary|needed|required|warranted)\b)", re.I
        ),
        r"\1 think ",
    ),
    (re.compile(r"\s*\.\.\.+\s*"), " , "),
    (re.compile(r"\b\w{1,6}-\s*(?=[\s,.]|$)"), " "),  # a word broken off: "ex- exerting"
    (re.compile(r"\s*;\s*"), ". "),
    (re.compile(r"\b(\w+)-(?=\1\b)|\bi-(?=[a-z])", re.I), ""),  # a stutter: "i-i think"
    (
        re.compile(r"(?<!\bthe )(?<!\ban )(?<!\byour )(?<!\bto )\ber+\b(?!\s+(?:visit|room|doctor|last|for)\b)", re.I),
        " ",
    ),
    (re.compile(r"(?<=\bto )er+(?=\s*,)", re.I), " "),
    (re.compile(r"(?<=[a-z]) -+ "), " , "),
)
_FILLERS: Final = re.compile(
    r"\b(?:uh+|um+|em+(?=\s*,)|er+m|ah+|eh|hm+|mm+(?:-?hmm*)?|ooh|ohh?|uh-huh|mhm|huh|whew|gosh|you know(?: what)?|"
    r"i mean|you see|(?:if you )?(?:see|know) what i mean|let'?s see|let me see|basically|obviously|literally|honestly|"
    r"to be honest|actually|i guess|i suppose|i would say|i'd say|i have to say|i must say|or anything(?: like that)?|"
    r"or something(?: like that)?|or whatever|and stuff(?: like that)?|and everything(?: like that)?|"
    r"and things like that|and all that|stuff like that|things like that|anything like that|that kind of thing|"
    r"that sort of thing|as well|though|at all|anyways?|just|really|quite|pretty much|definitely|certainly|"
    r"(?:doctor|doc)(?=\s*(?:[,.?!]|$))|sir|madam|ma'am|please|thankfully|unfortunately|luckily|for sure)\b(?!-)",
    re.I,
)
_HESITATION: Final = re.compile(
    r"(?<!\bno)(?<!\byes)(?<!\byeah)(?<!\bokay)(?<!\bnope)(?<!\bright)"
    r"\s*,\s*(?:uh+|um+|em+|er+m*|ah+|hm+|you know|like|i mean)\s*,"
    r"(?=\s*\w)",
    re.I,
)
"""A sound of thinking between two commas, which are then no commas of the sentence."""
_LIKE: Final = re.compile(
    r"(?:^|(?<=,))\s*like\b\s*,?|\blike\s*,|\b(?<!feel )(?<!feels )(?<!felt )(?<!looks )like (?=(?:i|"
    r"a|an|my|the|really|very|super|some|\d)\b)(?<!something like )",
    re.I,
)
_CLOSING: Final = re.compile(
    r"\s*,\s*(?:ok|okay|alright|all right|right|yeah|yes|fair enough|so|but|and)(?=\s*(?:[.?!]|$))", re.I
)
_LEAD: Final = re.compile(
    r"^(?:[\s,.]*\b(?:so|well|and|but|okay|ok|alright|all right|right|yeah|yes|yep|yup|"
    r"(?:no|nope|nah)(?=\s*(?:[,.;]|$|(?:i|it|it's|he|she|there|there's|they|that|that's|not|nothing|we|my|no|yeah|but)\b))|"
    r"now|then|also|"
    r"great|good|sure|perfect|fine|sorry|thanks|thank you|absolutely|exactly|correct|because|or|i see|that's good|"
    r"hi|hello|hey|cool|wow|excellent|awesome|plus|the thing is|like|i think|i believe|of course|anyway)\b)+[\s,.]*",
    re.I,
)
_INTERJECTION: Final = re.compile(
    r"\s*,?\s*\b(?:yeah|yep|yup)\b\s*,?\s*(?=\w)|(?:^|,)\s*(?:okay|ok|alright)\b\s*,?\s*(?=\w)|\s*,\s*(?:and|but|so)\s*,?\s*$",
    re.I,
)
_COMMA_INSIDE: Final = re.compile(
    r"\b(a|an|the|of|in|to|with|for|my|their|his|her|your|and|is|was|am|are|were|feels?|felt|has|had|have|some|be|been|get|"
    r"got|at|on|from|by|it's|i'm),(?=\s+[a-z0-9])(?!\s+(?:and|but|or)\b)",
    re.I,
)
_REPEAT: Final = re.compile(r"\b(\w+(?:'\w+)?(?:\s+\w+(?:'\w+)?){0,3})(?:[\s,]+\1\b)+", re.I)
_COMMAS: Final = (
    (re.compile(r"\s+([,.?!])"), r"\1"),
    (re.compile(r",(?:\s*,)+"), ","),
    (re.compile(r",\s*([.?!])"), r"\1"),
    (re.compile(r"([.?!])(?:\s*[.,])+"), r"\1"),
    (re.compile(r"^[\s,.]+"), ""),
    (re.compile(r"\s{2,}"), " "),
)
_UPPER: Final = re.compile(
    r"\b(mri|ct|ekg|ecg|cbc|gi|er|iv|bmi|hiv|copd|gerd|uti|tsh|ent|icu|pcp|gp|nsaids?|ibs|psa|egd|dvt|std|sti|crp|esr|"
    r"lfts?|uv|tb|hpv|acl|pt|a1c|b12|pcos|chf|cad|ckd|bp|ssri|otc|adhd|ptsd|afib)\b"
)


@lru_cache(4096)
def plain(text: str) -> str:
    """One turn as plain text: contractions joined, broken words and repeats dropped, numbers as figures."""
    for pattern, replacement in _DETOKENISE:
        text = pattern.sub(replacement, text)
    return _space(_REPEAT.sub(r"\1", figures(_space(decimals(text)))))


def strip_fillers(text: str) -> str:
    """``text`` without fillers, empty hedges and the "okay" that closes a sentence."""
    text = _CLOSING.sub("", text)
    text = _LIKE.sub(" ", _FILLERS.sub(" ", _HESITATION.sub(" ", text)))
    return _space(_REPEAT.sub(r"\1", _space(text)))


def strip_lead(text: str) -> str:
    """``text`` without the connectives and acknowledgements it opens with."""
    return _LEAD.sub("", text).strip(" ,.")


def smooth(clause: str) -> str:
    """``clause`` without interjections and without the commas of hesitation ("it's a, yeah, a cramp")."""
    return _space(_REPEAT.sub(r"\1", _COMMA_INSIDE.sub(r"\1", _INTERJECTION.sub(" ", clause))))


def sentence_case(text: str) -> str:
    """``text`` as a sentence: first letter capital, abbreviations in capitals, one full stop at the end."""
    text = _UPPER.sub(lambda m: m[1][:-1].upper() + "s" if m[1] in ("nsaids", "lfts") else m[1].upper(), text)
    text = re.sub(r"(?<=\d )milligrams?\b", "mg", re.sub(r"(?<=\d )micrograms?\b", "mcg", text, flags=re.I), flags=re.I)
    text = re.sub(r"\bx-? ?ray", "x-ray", text, flags=re.I).strip(" ,.;:?!-")
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _space(text: str) -> str:
    for pattern, replacement in _COMMAS:
        text = pattern.sub(replacement, text)
    return text.strip()
