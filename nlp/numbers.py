"""Spoken numbers written as digits: "one thirty eight over eighty six" becomes "138/86".

Only runs of number words change. A lone "one" stays a word unless a unit or a number follows it, because
"one of them" is not a quantity; a lone "a" or "an" is never touched.
"""

import re
from typing import Final

_UNIT_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TEN_WORDS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS: Final = {word: value for value, word in enumerate(_UNIT_WORDS.split())}
_TENS: Final = {word: 10 * value for value, word in enumerate(_TEN_WORDS.split(), start=2)} | {"fourty": 40}
_SCALES: Final = {"hundred": 100, "thousand": 1000}
_WORD: Final = "|".join(sorted([*_UNITS, *_TENS, *_SCALES], key=len, reverse=True))
_RUN: Final = re.compile(rf"\b(?:{_WORD})(?:(?:[\s-]+(?:and[\s-]+)?)(?:{_WORD}))*\b", re.I)
_MEASURE: Final = re.compile(
    r"\s*(?:-\s*)?(?:mg|mcg|milli\w*|micro\w*|grams?|units?|ml|tablets?|pills?|capsules?|puffs?|times?|"
    r"days?|weeks?|months?|years?"
    r"|hours?|hrs?|minutes?|mins?|pounds?|kilos?|stones?|percent|%|degrees?|drinks?|beers?|glass(?:es)?|pints?|packs?"
    r"|cups?|out of|over|point|plus|sprays?|drops?|inch\w*|cent\w*|\d)",
    re.I,
)
_SENTINEL_ONE: Final = "one"


def _value(words: list[str]) -> list[str]:
    """Digits of a run, split where speech splits it: "one thirty eight" is 138, "five six" is two numbers."""
    out: list[str] = []
    total, current, seen = 0, 0, False
    last = ""
    for word in words:
        if word in _SCALES:
            scale = _SCALES[word]
            current = max(current, 1) * scale
            if scale == 1000:
                total, current = total + current, 0
            seen, last = True, "scale"
            continue
        value = _UNITS.get(word, _TENS.get(word, 0))
        kind = "unit" if value < 10 else "teen" if value < 20 else "ten"
        joins = not seen or last == "scale" or (last == "ten" and kind == "unit" and value > 0)
        # "one thirty eight", "two fifty", "one oh five": the leading digit counts hundreds.
        hundreds = last == "unit" and kind in {"ten", "teen"} and 0 < current < 10 and total == 0
        if joins:
            current += value
        elif hundreds:
            current = current * 100 + value
        else:
            out.append(str(total + current))
            total, current = 0, value
        seen, last = True, kind
    out.append(str(total + current))
    return out


def _replace(match: re.Match[str]) -> str:
    words = [word for word in re.split(r"[\s-]+", match.group(0).lower()) if word != "and"]
    if words == [_SENTINEL_ONE] and not _MEASURE.match(match.string, match.end()):
        return match.group(0)
    if words[0] in _SCALES and len(words) == 1:
        return match.group(0)
    # "two and three": a list, not one number, unless a scale makes it one ("a hundred and five").
    if " and " in match.group(0).lower() and not any(word in _SCALES for word in words):
        return re.sub(rf"\b(?:{_WORD})\b(?:[\s-]+(?:{_WORD})\b)*", _replace_plain, match.group(0), flags=re.I)
    return " ".join(_value(words))


def _replace_plain(match: re.Match[str]) -> str:
    return " ".join(_value(re.split(r"[\s-]+", match.group(0).lower())))


_A_HUNDRED: Final = re.compile(r"\ba (?=hundred\b|thousand\b)", re.I)
_OH: Final = re.compile(r"\b(one|two) (?:oh|o) (one|two|three|four|five|six|seven|eight|nine)\b", re.I)
_HALF: Final = re.compile(r"\b(\d+) and a half\b", re.I)
_POINT: Final = re.compile(r"\b(\d+)\s+point\s+(\d(?:\s\d)*)\b", re.I)
_DECIMAL: Final = re.compile(r"\b(\d+)\s\.\s(\d+)\b")
_OVER: Final = re.compile(r"\b(\d{2,3})\s+over\s+(\d{2,3})\b", re.I)
_PERCENT: Final = re.compile(r"\b(\d+(?:\.\d+)?)\s*(?:percent|per cent|%)", re.I)


def digits(text: str) -> str:
    """Write every spoken number of ``text`` in digits, blood pressures as "138/86" and decimals as "98.6"."""
    text = _OH.sub(lambda m: f"{_UNITS[m[1].lower()]}0{_UNITS[m[2].lower()]}", text)
    text = _RUN.sub(_replace, _A_HUNDRED.sub("one ", text))
    text = _POINT.sub(lambda m: f"{m[1]}.{m[2].replace(' ', '')}", text)
    text = _DECIMAL.sub(r"\1.\2", text)
    text = _HALF.sub(r"\1.5", text)
    text = _OVER.sub(r"\1/\2", text)
    return _PERCENT.sub(r"\1%", text)
