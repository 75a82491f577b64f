"""Codes that list notes and guidelines ask for beside a diagnosis: treatment, tobacco, body mass, allergy, history.

They are offered, never accepted unasked: whether they belong on the claim is the coder's decision.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nlp.icd10.assertion import Assertion, assertion_of
from nlp.icd10.data import data
from visit.notes import Division, Note, NoteSentence

_UNSAID: Final = frozenset({Assertion.ABSENT, Assertion.FAMILY, Assertion.HYPOTHETICAL, Assertion.UNCERTAIN})
_BMI: Final = re.compile(r"\b(?:bmi|body mass index)\b\D{0,20}(\d{2}(?:\.\d)?)", re.I)
_FIRST_NAMED: Final = 20
_FIRST_WIDE: Final = 40
_WIDE: Final = (40, 45, 50, 60, 70)
"""From 40 on a code covers a range of body mass index, from here to the next."""


@dataclass(frozen=True, slots=True)
class Companion:
    """A code to think of, the words that it rests on, and the note or guideline that asks for it."""

    code: str
    words: str
    sentence: NoteSentence
    why: str


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    said: re.Pattern[str]
    beside: re.Pattern[str]
    past: bool
    why: str


_RULES: Final = tuple(
    _Rule(
        row["code"],
        re.compile(rf"\b(?:{row['said']})\b", re.I),
        re.compile(row.get("beside", "")),
        bool(row.get("past", False)),
        row["why"],
    )
    for row in data("companions")["companion"]
)


def companions_of(note: Note, accepted: Sequence[str]) -> list[Companion]:
    """Companions of the ``accepted`` codes that ``note`` documents, in the order of the data file."""
    found: dict[str, Companion] = {}
    for rule in _RULES:
        if rule.code in accepted or rule.code in found or not any(rule.beside.match(code) for code in accepted):
            continue
        hit = next((hit for s in note.sentences if (hit := _said(rule, s)) is not None), None)
        if hit is not None:
            found[rule.code] = hit
    body = _body_mass(note, accepted)
    if body is not None and body.code not in accepted:
        found[body.code] = body
    return list(found.values())


def _said(rule: _Rule, sentence: NoteSentence) -> Companion | None:
    if sentence.division is Division.FAMILY:
        return None
    for match in rule.said.finditer(sentence.text):
        assertion = assertion_of(sentence.text, *match.span())
        if assertion in _UNSAID or (assertion is Assertion.PAST and not rule.past):
            continue
        return Companion(rule.code, match[0], sentence, rule.why)
    return None


def _body_mass(note: Note, accepted: Sequence[str]) -> Companion | None:
    """Z68 needs a diagnosis of weight by the clinician beside it (I.B.14)."""
    if not any(code.startswith(("E66", "R63.4", "R63.6", "E4")) for code in accepted):
        return None
    for sentence in note.sentences:
        match = _BMI.search(sentence.text)
        if match is not None:
            return Companion(
                _z68(float(match[1])), match[0], sentence, "body mass index beside a diagnosis of weight (I.B.14)"
            )
    return None


def _z68(index: float) -> str:
    if index >= _FIRST_WIDE:
        return f"Z68.4{bisect_right(_WIDE, index)}"
    return "Z68.1" if index < _FIRST_NAMED else f"Z68.{int(index)}"
