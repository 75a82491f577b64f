"""The chart's own terms as a prompt, so that the drugs and problems of this patient are spelled right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from visit.charts import Chart

MOST_TERMS: Final = 25
MOST_TOKENS: Final = 79
"""With the token that opens a prompt, the chart may fill eighty."""


@dataclass(frozen=True, slots=True)
class Bias:
    """The chart's terms as prompt ``tokens``, and as the ``terms`` they name."""

    tokens: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()


def bias_of(chart: Chart, encode: Callable[[str], tuple[int, ...]]) -> Bias:
    """Terms for a chart: medications, then allergies, problems and names, at most 25 terms and 79 tokens.

    The most important terms stand last, next to the speech; terms that do not fit are left out.
    """
    terms = _ranked(chart)[:MOST_TERMS]
    while terms:
        tokens = encode(" " + ", ".join(reversed(terms)) + ".")
        if len(tokens) <= MOST_TOKENS:
            return Bias(tokens, tuple(terms))
        terms.pop()
    return Bias()


def _ranked(chart: Chart) -> list[str]:
    names = [name for name in (chart.clinician_name, chart.patient_name) if name]
    groups: Sequence[Sequence[str]] = (chart.medications, chart.allergies, chart.problems, names)
    seen: dict[str, str] = {}
    for group in groups:
        for term in group:
            cleaned = " ".join(term.split())
            if cleaned:
                seen.setdefault(cleaned.lower(), cleaned)
    return list(seen.values())
