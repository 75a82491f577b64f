"""Statements with one thing made wrong, as a careless writer would: polarity, number, side, symptom, person, dose."""

import re
from collections.abc import Iterator

_NEGATE = (
    (r"^Denies ", "Has "), (r"^No (?!known|none|when|because)(?=\w+)", ""),
    (r"^Has (?!not|no\b|never|been)", "Denies "),
    (r"^Takes ", "Does not take "), (r"\bdoes not (?!think)(\w+)", r"\1s"), (r"\bis not\b", "is"),
    (r"\bare not\b", "are"), (r"\bhas not\b", "has"), (r"\b(is|are) no\b", r"\1"), (r"\bwithout\b", "with"),
    (r"^Order ", "Do not order "), (r"^Start ", "Do not start "), (r"^Continue ", "Do not continue "),
)  # fmt: skip
_AFFIRM = (
    (r" is (?!only)", " is not "),
    (r" are ", " are not "),
    (r" has (?=(?:a|an|some|had|got)\b)", " does not have "),
)
"""Tried only where nothing is denied yet: a second "not" would not turn the meaning round."""
_DENIES = re.compile(r"\b(?:no|not|never|none|neither|without|cannot|unremarkable)\b", re.I)
_LONGEST = 14
"""Words of a sentence whose meaning one "not" turns round; in a longer one it may stand in a side clause."""
_SIDES = (("left", "right"), ("right", "left"))
_UNITS = ((" mg", " mcg"), (" days", " weeks"), (" weeks", " months"), (" months", " years"), (" hours", " days"))
ADDED = ("hematuria", "syncope", "seizures", "jaundice", "hemoptysis", "photophobia", "tinnitus", "hoarseness")
_PERSON = ((r"^Has ", "Her mother has "), (r"^Takes ", "His brother takes "), (r"^Denies ", "Her father denies "))


def mutants(text: str, place: int = 0) -> Iterator[tuple[str, str]]:
    """Pairs of a kind of error and the statement with that error; ``place`` turns through the symptoms to add."""
    turns = (*_NEGATE, *(() if _DENIES.search(text) else _AFFIRM)) if len(text.split()) <= _LONGEST else ()
    for pattern, put in turns:
        changed = re.sub(pattern, put, text, count=1)
        if changed != text:
            yield "negation", changed[0].upper() + changed[1:]
            break
    for number in dict.fromkeys(re.findall(r"\d+(?:\.\d+)?", text)):
        other = f"{float(number) * 10:g}" if len(number) < 3 else f"{float(number) + 7:g}"
        yield "number", re.sub(rf"(?<![\d.]){re.escape(number)}(?!\.?\d)", other, text, count=1)
        break
    for old, new in _SIDES:
        if re.search(rf"\b{old}\b(?! (?:now|away|after|before))", text, re.I):
            yield "side", re.sub(rf"\b{old}\b", new, text, count=1, flags=re.I)
            break
    for old, new in _UNITS:
        if re.search(rf"\d{old}\b", text):
            yield "unit", text.replace(old, new, 1)
            break
    yield "symptom", f"{text.rstrip('.')} and {ADDED[place % len(ADDED)]}."
    for pattern, put in _PERSON:
        if re.search(pattern, text):
            yield "person", re.sub(pattern, put, text, count=1)
            break
