"""Who, whether and when: reads the assertion of words in a clinical sentence from the cues around them.

A small ConText (Harkema et al., J Biomed Inform 2009): cue phrases open a scope to their right or left that ends at
a conjunction of contrast or at the end of the sentence.
"""

import re
from enum import StrEnum
from typing import Final

from nlp.icd10.data import data, either


class Assertion(StrEnum):
    """What a sentence claims of a condition. Only ``PRESENT`` may be coded as a diagnosis."""

    PRESENT = "present"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"
    PAST = "past"
    FAMILY = "family"
    HYPOTHETICAL = "hypothetical"


_BREAK: Final = re.compile(
    r"\b(?:but|however|although|though|except|aside from|other than|yet|which|who)\b|[;:]|\.\s", re.I
)


def _compiled(part: str) -> tuple[tuple[Assertion, re.Pattern[str]], ...]:
    return tuple(
        (Assertion(kind), re.compile(either(entry["cues"]), re.I)) for kind, entry in data("cues")[part].items()
    )


_COMPILED_BEFORE: Final = dict(_compiled("before"))
_COMPILED_AFTER: Final = dict(_compiled("after"))


def assertion_of(sentence: str, start: int, end: int) -> Assertion:
    """What ``sentence`` claims of its words ``start`` to ``end`` (character offsets)."""
    left = max((m.end() for m in _BREAK.finditer(sentence, 0, start)), default=0)
    stop = _BREAK.search(sentence, end)
    right = stop.start() if stop else len(sentence)
    before, after = sentence[left:start], sentence[end : min(right + 1, len(sentence))]
    for kind, pattern in _COMPILED_BEFORE.items():
        if pattern.search(before):
            return kind
    for kind, pattern in _COMPILED_AFTER.items():
        if pattern.search(after):
            return kind
    return Assertion.PRESENT


_DOUBT: Final = _COMPILED_BEFORE[Assertion.UNCERTAIN]
_PAST_HEADING: Final = re.compile(
    r"^\s*(?:\d+ \w+ )?(?:personal |past |known )?(?:history of|h/o|hx of|status[- ]post|s/p|prior|previous)\b", re.I
)
_FAMILY_HEADING: Final = re.compile(r"^\s*(?:family history of|fh of)\b", re.I)


def before_doubt(text: str) -> str:
    """What a line says before its first word of doubt."""
    found = _DOUBT.search(text)
    return text[: found.start()] if found else text


def read_heading(text: str) -> list[tuple[str, Assertion]]:
    """A problem line cut at its first word of doubt: what is before stands, what comes after is uncertain.

    "Knee pain, possible sprain" gives knee pain (present) and sprain (uncertain).
    """
    found = _DOUBT.search(text)
    pieces: list[tuple[str, Assertion]] = []
    sure = (text[: found.start()] if found else text).strip(" ,.;:-(")
    sure = re.sub(r"(?:,|\b(?:most|more|very|highly|and|with|due to|secondary to))*\s*$", "", sure, flags=re.I).strip(
        " ,.;:-("
    )
    doubtful_end = re.search(r"\?\s*$", text) is not None
    if sure:
        pieces.append(
            (sure.rstrip("? "), Assertion.UNCERTAIN if doubtful_end and not found else _heading_assertion(sure))
        )
    if found:
        rest = _DOUBT.sub(" ", text[found.start() :])
        rest = " ".join(
            re.sub(r"[?]|\b(?:due to|secondary to|contribution of|etiology of)\b", " ", rest).split()
        ).strip(" ,.;:-)")
        pieces.extend((part.strip(" .)"), Assertion.UNCERTAIN) for part in rest.split(",") if part.strip(" .)"))
    return pieces


def _heading_assertion(text: str) -> Assertion:
    if _FAMILY_HEADING.match(text):
        return Assertion.FAMILY
    if _PAST_HEADING.match(text):
        return Assertion.PAST
    if re.match(r"^\s*(?:no|denies|negative for|without|ruled out|rule out)\b", text, re.I) or re.search(
        r"\bruled out\b", text, re.I
    ):
        return Assertion.ABSENT
    after = assertion_of(text, 0, min(3, len(text)))
    return after if after in (Assertion.PAST, Assertion.UNCERTAIN, Assertion.ABSENT) else Assertion.PRESENT
