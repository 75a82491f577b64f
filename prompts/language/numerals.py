"""Spoken numbers as figures ("one thirty over eighty" → "130/80") and the numbers a text states."""

import re
from typing import Final

from prompts.language.lists import word_list

_UNITS: Final = {
    word: value
    for value, word in enumerate(
        word_list(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        )
    )
}
_TENS: Final = {
    word: 10 * value for value, word in enumerate(word_list("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_WORD: Final = "|".join(sorted((*_UNITS, *_TENS, "hundred", "thousand"), key=len, reverse=True))
_RUN: Final = re.compile(rf"\b(?:{_WORD})\b(?:(?:[\s-]+(?:and\s+)?|\s+)(?:{_WORD})\b)*", re.I)
_POINT: Final = re.compile(r"\b(\d+)\s+point\s+((?:\d\s?)+)\b", re.I)
_OVER: Final = re.compile(r"\b(\d{2,3})\s+(?:over|/)\s+(\d{2,3})\b", re.I)
_OUT_OF: Final = re.compile(r"\b(\d+)\s+out\s+of\s+(\d+)\b", re.I)
_HALF: Final = re.compile(r"\b(\d+)\s+and\s+a\s+half\b", re.I)
_PERCENT: Final = re.compile(r"\b(\d+(?:\.\d+)?)\s+(?:percent|per cent|%)", re.I)
_DECADE: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")
_POINTED: Final = re.compile(
    rf"(?<![\d.])\.\s+(?P<part>{_WORD}|\d+)(?=\s+(?:centimet|cm\b|millimet|mm\b|milligram|mg\b|percent|inch|units?\b))",
    re.I,
)
"""A fraction that was said without its zero, as some recognisers write it (". 5 cm")."""
_DIGIT: Final = "|".join(list(_UNITS)[:10])
_ZERO_THEN: Final = rf"zero(?:\s+(?:{_DIGIT}))+"
_SPACED: Final = re.compile(
    rf"\b(?P<whole>\d+|(?:(?:{_WORD})[\s-]+)*(?:{_WORD}))\s+\.\s+(?P<part>\d|{_ZERO_THEN}|{_DIGIT})"
    r"(?!\s+(?:years?|months?|weeks?|days?|hours?|minutes?|times?)\b)(?=[\s,.?]|$)",
    re.I,
)
"""A decimal as some recognisers write it ("ninety eight . two")."""
_STATED: Final = re.compile(r"(?<![A-Za-z])\d+(?:\.\d+)?")
_LONE: Final = {"one", "zero"}


def figures(text: str) -> str:
    """``text`` with number words as figures; a lone "one" or "zero" stays a word ("the other one")."""
    text = decimals(_DECADE.sub("", text))
    text = _RUN.sub(lambda m: m.group() if m.group().lower() in _LONE else _read(m.group()), text)
    text = _POINT.sub(lambda m: f"{m[1]}.{m[2].replace(' ', '')} " if m[2].endswith(" ") else f"{m[1]}.{m[2]}", text)
    text = _HALF.sub(r"\1.5", text)
    text = _OUT_OF.sub(r"\1/\2", text)
    text = _OVER.sub(r"\1/\2", text)
    return _PERCENT.sub(r"\1%", text)


def decimals(text: str) -> str:
    """``text`` with decimals joined that are written apart ("seven . two"); to be done before spaces are tidied."""
    text = _SPACED.sub(_decimal, text)
    return _POINTED.sub(lambda m: f" 0.{_figure(m['part'])}", text)


def stated(text: str) -> frozenset[str]:
    """The numbers that a text states as canonical figures; a lone 1 does not count, "a1c" and "b12" are names."""
    return frozenset(f"{float(number):g}" for number in _STATED.findall(figures(text))) - {"1"}


def _decimal(match: re.Match[str]) -> str:
    """A number said with its fraction; a year before a full stop has none."""
    whole = _figure(match["whole"])
    return match.group() if len(whole) > 3 or " " in whole else f"{whole}.{_figure(match['part'])}"


def _figure(number: str) -> str:
    if re.fullmatch(_ZERO_THEN, number, re.I):
        return "".join(str(_UNITS[word]) for word in number.lower().split())
    return number if number[0].isdigit() else _read(number)


def _read(run: str) -> str:
    """One run of number words as figures; a run that is no single number becomes several."""
    groups: list[int] = []
    for word in re.split(r"[\s-]+", run.lower()):
        if word in ("hundred", "thousand"):
            groups.append((groups.pop() if groups else 1) * (100 if word == "hundred" else 1000))
        elif word != "and":
            value = _UNITS.get(word, _TENS.get(word, 0))
            joined = _join(groups[-1], value) if groups else None
            groups[-1 if joined is not None else len(groups) :] = [value if joined is None else joined]
    return " ".join(str(group) for group in groups)


def _join(last: int, value: int) -> int | None:
    """The number that ``last`` followed by ``value`` names together, or ``None`` when they are two numbers."""
    if last >= 100 and last % 100 == 0:
        return last + value
    if value < 10 and last >= 20 and last % 10 == 0:
        return last + value
    if value >= 10 and (0 < last < 10 or last in (19, 20)):  # "one thirty" is 130, "twenty twenty" the year
        return last * 100 + value
    return None
