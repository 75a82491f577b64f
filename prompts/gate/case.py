"""A sentence before the gate, and the reasons it can be refused for."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

from prompts.language.mending import mended
from prompts.language.tidy import plain
from prompts.untrusted import addresses_machine, normalise, told_to_machine
from visit.findings import Finding
from visit.notes import Division, NoteSentence
from visit.turns import Speaker, Turn


class Reason(StrEnum):
    """Why a sentence is not simply supported; the words a clinician reads."""

    NO_EVIDENCE = "cites no turn"
    UNKNOWN_TURN = "cites a turn that does not exist"
    UNSAID = "contains a word that was not said in the cited turns"
    NUMBER = "states a number that was not said in the cited turns"
    UNIT = "joins a number to another unit than was said"
    DOSE = "gives a dose that differs from the one understood"
    SIDE = "names another side than was said"
    TIME = "names a day, date or time that was not said"
    NEGATION = "says the opposite of what was said"
    UNSURE = "was answered with doubt or with an exception"
    SUBJECT = "is about somebody else"
    HYPOTHETICAL = "states what was only a possibility"
    SPEAKER = "rests on the other speaker's words"
    INSTRUCTION = "rests on words addressed to the software"
    TYPED = "typed by the clinician and not found in the visit"


REFUSED: Final = frozenset(
    {
        Reason.UNKNOWN_TURN,
        Reason.UNSAID,
        Reason.NUMBER,
        Reason.UNIT,
        Reason.DOSE,
        Reason.SIDE,
        Reason.TIME,
        Reason.NEGATION,
        Reason.SUBJECT,
        Reason.HYPOTHETICAL,
    }
)
"""Reasons that make a sentence unsupported; any other asks for review."""
CLINICIAN_ONLY: Final = frozenset(
    {Division.EXAM, Division.VITALS, Division.RESULTS, Division.ASSESSMENT, Division.PLAN}
)
"""Divisions that rest on the clinician's words."""


@dataclass(frozen=True)
class Case:
    """One sentence before the gate: its cited turns in plain text, who spoke them, and the findings they carry."""

    sentence: NoteSentence
    turns: tuple[Turn, ...]
    speakers: tuple[Speaker, ...]
    findings: tuple[Finding, ...]
    to_software: bool
    """Whether a cited turn speaks to the software; its marks are gone from the plain text."""

    @cached_property
    def said(self) -> str:
        """What the cited turns say."""
        return " ".join(turn.text for turn in self.turns)


def case_of(
    sentence: NoteSentence, turns: Sequence[Turn], findings: Sequence[Finding], speakers: Sequence[Speaker]
) -> Case | Reason:
    """The case of a sentence, or the reason why there is none. A sentence cut between two cited turns is whole."""
    if not sentence.evidence:
        return Reason.NO_EVIDENCE
    places = {turn.index: place for place, turn in enumerate(turns)}
    cited = sorted(set(sentence.evidence))
    if not places.keys() >= set(cited):
        return Reason.UNKNOWN_TURN
    replaced = {f.supersedes for f in findings if set(f.turns) <= set(cited)}
    whole, _ = mended([turns[places[i]] for i in cited])
    return Case(
        sentence,
        tuple(replace(turn, text=plain(normalise(turn.text))) for turn in whole),
        tuple(speakers[places[i]] for i in cited),
        tuple(f for f in findings if set(f.turns) & set(cited) and f.id not in replaced),
        any(told_to_machine(turns, places[i]) for i in cited) or any(addresses_machine(turn.text) for turn in whole),
    )


@cache
def lists() -> dict[str, Any]:
    """The gate's word lists, ``prompts/data/gate.toml``."""
    return tomllib.loads((Path(__file__).parents[1] / "data" / "gate.toml").read_text(encoding="utf-8"))
