"""The chart's own terms as a prompt, so that the drugs and problems of this patient are spelled right."""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from visit.charts import Chart

MOST_TERMS: Final = 25
MOST_TOKENS: Final = 79
"""With the token that opens a prompt, the chart may fill eighty."""


_SHORTEST: Final = 4
"""Letters that a word needs to be the name of a drug."""


@dataclass(frozen=True, slots=True)
class Bias:
    """The chart's terms as prompt ``tokens``, as the ``terms`` they name, and the single words that name drugs."""

    tokens: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()


def bias_of(chart: Chart, encode: Callable[[str], tuple[int, ...]]) -> Bias:
    """Terms for a chart: medications, then allergies, problems and names, at most 25 terms and 79 tokens.

    The most important terms stand last, next to the speech; terms that do not fit are left out.
    """
    terms = _ranked(chart)[:MOST_TERMS]
    while terms:
        tokens = encode(" " + ", ".join(reversed(terms)) + ".")
        if len(tokens) <= MOST_TOKENS:
            return Bias(tokens, tuple(terms), _drugs(chart))
        terms.pop()
    return Bias(drugs=_drugs(chart))


def spoken(entry: str) -> str:
    """A drug as it is said: its chart entry without strength, form, route and salt.

    A name of which nothing would be left stays whole.
    """
    words = [word.strip(",;()[]") for word in re.split(r"[\s/]+", entry) if not word[:1].isdigit()]
    words = [word for word in words if word and word.lower() not in _unsaid("forms")]
    kept = [word for at, word in enumerate(words) if not at or word.lower() not in _unsaid("salts")]
    return " ".join(kept) or " ".join(entry.split())


def _drugs(chart: Chart) -> tuple[str, ...]:
    words = [word for entry in (*chart.medications, *chart.allergies) for word in spoken(entry).split()]
    return tuple(dict.fromkeys(word.lower() for word in words if len(word) >= _SHORTEST))


@lru_cache(2)
def _unsaid(kind: str) -> frozenset[str]:
    return frozenset(tomllib.loads(Path(__file__).with_name("drug_words.toml").read_text("utf-8"))[kind])


def _ranked(chart: Chart) -> list[str]:
    names = [name for name in (chart.clinician_name, chart.patient_name) if name]
    drugs = [[spoken(entry) for entry in group] for group in (chart.medications, chart.allergies)]
    groups: Sequence[Sequence[str]] = (*drugs, chart.problems, names)
    seen: dict[str, str] = {}
    for group in groups:
        for term in group:
            cleaned = " ".join(term.split())
            if cleaned:
                seen.setdefault(cleaned.lower(), cleaned)
    return list(seen.values())
