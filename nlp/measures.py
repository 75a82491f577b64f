"""Vital signs and test results as they are read aloud."""

import re
from typing import Final

from nlp.mentions import Mention
from visit.findings import FindingKind, Polarity

_BETWEEN: Final = r"(?:[^\d/.;]{0,45}?)"
_VITAL: Final = (
    (
        "blood pressure",
        "mmHg",
        re.compile(rf"\b(?:blood pressure|bp|b p|pressure)\b{_BETWEEN}(?P<v>\d{{2,3}}\s*/\s*\d{{2,3}})"),
    ),
    (
        "blood pressure",
        "mmHg",
        re.compile(r"(?<![\d/.])(?P<v>(?:[89]\d|1\d\d|2[0-4]\d)\s*/\s*(?:[4-9]\d|1[0-3]\d))(?![\d/])"),
    ),
    ("heart rate", "bpm", re.compile(rf"\b(?:heart rate|pulse(?! ox)(?: rate)?)\b{_BETWEEN}(?P<v>\d{{2,3}})\b(?!/)")),
    (
        "temperature",
        "",
        re.compile(rf"\b(?:temperature|temp|fever)\b{_BETWEEN}(?P<v>(?:3[4-9]|4[0-2]|9[4-9]|10[0-6])(?:\.\d+)?)\b"),
    ),
    (
        "respiratory rate",
        "breaths/min",
        re.compile(rf"\b(?:respiratory rate|respirations?|breathing rate)\b{_BETWEEN}(?P<v>\d{{1,2}})\b"),
    ),
    (
        "oxygen saturation",
        "%",
        re.compile(
            rf"\b(?:oxygen|o2|sats?|saturations?|pulse ox\w*|spo2)\b{_BETWEEN}(?P<v>(?:[6-9]\d|100)(?:\.\d)?)\s*%?"
        ),
    ),
    ("body mass index", "kg/m2", re.compile(rf"\b(?:bmi|body mass index)\b{_BETWEEN}(?P<v>\d{{2}}(?:\.\d+)?)")),
    (
        "weight",
        "",
        re.compile(
            rf"\b(?:weigh(?:t|s|ed)?)\b{_BETWEEN}(?P<v>\d{{2,3}}(?:\.\d+)?\s*(?:pounds?|lbs?|kilos?|kg|kilograms?|"
            rf"stone)?)(?!\s*(?:weeks|months|years|days))"
        ),
    ),
    (
        "height",
        "",
        re.compile(
            r"\bheight\b[^\d]{0,20}(?P<v>\d(?: ?(?:'|feet|foot|ft) ?\d{0,2}(?:\"| ?inch\w*)?)?|\d{3} ?(?:cm|"
            r"centimet\w+))"
        ),
    ),
)
_WORDS: Final = re.compile(
    r"\b(?P<name>blood pressures?|heart rate|pulse|temperature|oxygen saturation|oxygen levels?|oxygen|"
    r"respiratory rate|weight|bmi|vital signs?|vitals)\b"
    r"[^.;\d]{0,35}?\b(?P<v>(?:(?:a |an )?(?:little |bit |tiny |very |pretty |quite |slightly |really |"
    r"nice and |on the |within |running |too )*(?:elevated|high(?:er)?(?: side)?|low(?:er)?(?: side)?|"
    r"good|normal(?: limits)?|fine|stable|great|perfect|excellent|okay|well controlled|unremarkable|up|"
    r"down)))\b"
)
_NAMES: Final = {
    "blood pressures": "blood pressure",
    "pulse": "heart rate",
    "oxygen": "oxygen saturation",
    "oxygen level": "oxygen saturation",
    "oxygen levels": "oxygen saturation",
    "vitals": "vital signs",
    "vital": "vital signs",
    "vital sign": "vital signs",
    "bmi": "body mass index",
}
_UNIT_WORD: Final = re.compile(r"\s*(pounds?|lbs?|kilos?|kg|kilograms?|stone)$")
_SPLIT: Final = re.compile(
    r"\s*(?:;|\.(?!\d)|, (?:and |but |okay|which is)|\band (?=(?:the|your|then|it|there)\b)|\bbut\b|, okay|"
    r"\bso (?:let|i|we|you|that)\b|\bokay\b|\blet me\b)\s*"
)
_SAYS: Final = re.compile(
    r"\b(?:shows?|showed|reveals?|revealed|demonstrates?|demonstrated|indicates?|suggests?|is|was|are|"
    r"were|looks?|looked|came back|come back|comes back|came in at|(?:at|of)(?= (?:about |around )?\d)|"
    r"says)\b\s*(?P<v>.+)$"
)
_NUMBER: Final = re.compile(
    r"(?:about |around |over |under )?\d+(?:\.\d+)?(?:%|(?=$|[,;]|\s(?:which|and|so|today|this|on|in|at|now|right)\b))"
)
_ADJECTIVE: Final = re.compile(
    r"^[\s,]*(?:normal|negative|positive|high|low|elevated|fine|good|clear|abnormal|stable|\d)"
)
_EMPTY: Final = re.compile(
    r"^(?:(?:we|they|you|i|that we|that they|that i) (?:did|had|have|got|ordered|took|drew|will|can|were|"
    r"want)\b.*|from last .*|(?:your|my|his|her)\b.*|that|the|a|an|it|this|in|here|good to|going to|"
    r"something|what|up|so|you|your|"
    r"my|back|ordered|done|there|like|to|for|i|we)?$"
)


def vitals(text: str) -> list[Mention]:
    """Measurements in ``text``, numbers first ("138/86"), else the word for them ("elevated")."""
    out: dict[str, Mention] = {}
    for concept, unit, pattern in _VITAL:
        match = pattern.search(text)
        if not match or concept in out:
            continue
        value = match.group("v").replace(" ", "") if "/" in match.group("v") else match.group("v").strip()
        stated = _UNIT_WORD.search(value)
        if stated:
            value, unit = value[: stated.start()].strip(), stated.group(1)
        if concept == "temperature":
            unit = "°F" if float(value) > 60 else "°C"
        out[concept] = _vital(concept, match.group(0), {"value": value, "unit": unit})
    for match in _WORDS.finditer(text):
        concept = _NAMES.get(match.group("name"), match.group("name"))
        if concept not in out:
            out[concept] = _vital(concept, match.group(0), {"value": match.group("v").strip()})
    return list(out.values())


def _vital(concept: str, text: str, detail: dict[str, str]) -> Mention:
    return Mention(FindingKind.VITAL, concept, text.strip(), 0, 0, 0, Polarity.PRESENT, detail=detail)


def result_value(text: str, after: int) -> str | None:
    """What a sentence says a test showed, from character ``after`` on: "normal", "no acute fracture", "7.2"."""
    tail = text[after:]
    said = _SAYS.search(tail)
    if not said and not _ADJECTIVE.match(tail):
        return None
    value = said.group("v") if said else tail
    value = _SPLIT.split(value.strip(" ,"))[0].strip(" ,")
    value = re.sub(
        r"^(?:that |me |us |you have |you do have |there(?:'s| is| was| are) |us that |you |like |still |"
        r"also |just |actually |basically |back |at |of |up |to be )+",
        "",
        value,
    )
    value = re.sub(
        r"(?:[\s,]+(?:which is (?:good|great|reassuring)|okay|so|as well|and|though|for you|today|right))+$", "", value
    )
    number = _NUMBER.match(value)
    if number:
        value = number.group(0)
    return None if _EMPTY.match(value) or re.fullmatch(r"(?:19|20)\d\d", value) or len(value) > 140 else value
