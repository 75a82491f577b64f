"""The lexicons: what patients and clinicians say, and the clinical name for it.

Each ``*.tsv`` holds one kind: the clinical name, a tab, and the sayings separated by ``|``. They were written from
general clinical knowledge of primary care and the common specialties (history taking, examination, prescribing) in
American and British usage, and from no data set; see ``README.md`` beside this file for the principles.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Entry:
    """A saying and the concept it names. ``vague`` marks a class or a word that names no single thing."""

    label: str
    concept: str
    saying: str
    vague: bool = False


LABELS = (
    "symptoms",
    "problems",
    "medications",
    "sites",
    "exam",
    "vitals",
    "tests",
    "procedures",
    "social",
    "orders",
    "relations",
    "allergens",
)


def _plural(saying: str) -> str | None:
    """The regular plural of a saying's last word, or ``None`` where adding "s" makes no word."""
    if not saying[-1].isalpha() or saying.startswith("the ") or saying.endswith(("s", "ing", "ed", "ia", "itis", "y")):
        return None
    return saying + ("es" if saying.endswith(("x", "ch", "sh")) else "s")


def _rows(label: str) -> Iterator[tuple[str, list[str]]]:
    for line in files(__package__).joinpath(f"{label}.tsv").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            concept, sayings = line.split("\t")
            yield concept.strip(), [saying.strip() for saying in sayings.split("|") if saying.strip()]


@cache
def entries(label: str) -> tuple[Entry, ...]:
    """Every saying of one lexicon, concept names and regular plurals included."""
    out: dict[str, Entry] = {}
    for concept, sayings in _rows(label):
        vague, name = concept.startswith("*"), concept.removeprefix("*")
        names = (
            [*sayings]
            if label in {"sites", "relations", "procedures", "allergens", "orders", "social", "exam"} or vague
            else [*sayings, name]
        )
        for saying in names:
            out.setdefault(saying, Entry(label, name, saying, vague))
            plural = _plural(saying) if label != "exam" else None
            if plural:
                out.setdefault(plural, Entry(label, name, plural, vague))
    return tuple(out.values())
