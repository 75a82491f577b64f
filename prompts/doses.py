"""Doses of what nobody knows: a drug's name heard wrongly still stands beside its dose."""

import re
from collections.abc import Sequence
from typing import Final

from prompts.gate.amounts import measures
from prompts.gate.case import lists
from prompts.language.words import content
from visit.findings import Finding, FindingKind
from visit.notes import Division, NoteSentence

UNNAMED: Final = "gives a dose of something that is not a known drug"
_UNITS: Final = frozenset(lists()["doses"]["units"])
_PIECES: Final = re.compile(r",\s+|;\s+|\s+(?:and|or|then|plus)\s+", re.I)
_CONCENTRATION: Final = re.compile(r"\b(?:per|a) (?:deci|milli)?lit(?:er|re)|/ ?d?l\b", re.I)
_MEASURED: Final = frozenset({Division.VITALS, Division.EXAM, Division.RESULTS})
"""Divisions in which an amount is a measurement."""


def unnamed(sentence: NoteSentence, findings: Sequence[Finding]) -> str:
    """Why a sentence needs review when it doses what is no known drug, else nothing.

    ``findings`` are the visit's; without any, no drug of it is known and nothing is doubted. A dose is known where its
    part of the sentence names a medication of the cited turns, or a medication was understood with that dose.
    """
    if not findings or sentence.division in _MEASURED:
        return ""
    cited = set(sentence.evidence)
    drugs = [f for f in findings if f.kind is FindingKind.MEDICATION and cited & set(f.turns)]
    dosed = {n for f in drugs for n, _ in measures(f"{f.detail.value} {f.detail.unit}")}
    for piece in _PIECES.split(sentence.text):
        given, words = {n for n, unit in measures(piece) if unit in _UNITS}, content(piece)
        named = any(name and name <= words for f in drugs for name in (content(f.concept), content(f.text)))
        if given - dosed and not named and not _CONCENTRATION.search(piece):
            return UNNAMED
    return ""
