"""The chart's own terms as a prompt, so that the drugs and problems of this patient are spelled right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from visit.charts import Chart

MOST_TERMS: Final = 25
BUCKETS: Final = (0, 16, 32, 48, 64, 80)
"""Prompt lengths in tokens. Visits whose prompts have the same length can share a batch."""


@dataclass(frozen=True, slots=True)
class Bias:
    """``prompt`` in tokens, its length one of :data:`BUCKETS`, and the ``terms`` it names."""

    prompt: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()


def bias_of(chart: Chart, encode: Callable[[str], tuple[int, ...]], prompt_start: int) -> Bias:
    """The prompt for a chart: medications, then allergies, problems and names, at most 25 terms and 80 tokens.

    The most important terms stand last, next to the speech; what does not fit a bucket is cut at the front,
    the way Whisper's own prompts are.
    """
    terms = _ranked(chart)[:MOST_TERMS]
    if not terms:
        return Bias()
    tokens = encode(" " + ", ".join(reversed(terms)) + ".")
    length = max(size for size in BUCKETS if size <= len(tokens) + 1)
    if not length:
        return Bias()
    return Bias((prompt_start, *tokens[len(tokens) - length + 1 :]), tuple(terms))


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
