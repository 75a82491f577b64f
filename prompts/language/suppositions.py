"""What was only supposed: said under a condition, hoped for, or called possible ("if it's worse we'll get an MRI")."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path

from prompts.language.clauses import clauses, sentences

_REACH = 2
"""Clauses that one condition governs."""


@lru_cache(4096)
def supposed(text: str) -> tuple[tuple[str, bool], ...]:
    """The clauses of a turn, each with whether it states only what may be, under a condition or in hope."""
    out: list[tuple[str, bool]] = []
    left = 0
    for sentence in sentences(text):
        governed, left, read = left, 0, 0
        for clause in clauses(sentence):
            begins = max(sentence.find(clause, read), read)
            joint, read = sentence[read:begins], begins + len(clause)
            if _rule("condition").match(clause) and not _rule("leave").search(clause):
                governed = _REACH + 1
            elif _rule("turns").search(joint) or _rule("ends_condition").search(clause):
                governed = 0
            firm, doubtful = _divided(clause)
            out.extend((part, sure) for part, sure in ((firm, governed > 0), (doubtful, True)) if part)
            governed -= 1
        if _rule("condition").match(sentence) and not _rule("concludes").search(sentence):
            left = _REACH + 1  # the whole sentence is a condition: what follows from it is in the next
    return tuple(out)


def hedged(text: str) -> bool:
    """Whether a statement says itself that it is no plain fact."""
    return bool(_rule("hedged").search(text))


def _divided(clause: str) -> tuple[str, str]:
    """A clause cut where hope, chance or a condition of its own begins."""
    names = ("hope", "chance") if _rule("leave").search(clause) else ("hope", "chance", "condition_inside")
    places = [found.start() for name in names if (found := _rule(name).search(clause))]
    at = min(places, default=len(clause))
    return clause[:at].strip(" ,"), clause[at:]


@cache
def _rule(name: str) -> re.Pattern[str]:
    """A pattern of ``prompts/data/suppositions.toml``."""
    path = Path(__file__).parents[1] / "data" / "suppositions.toml"
    return re.compile(tomllib.loads(path.read_text(encoding="utf-8"))[name], re.I)
