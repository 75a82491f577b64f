"""Clinical names in plain words, and sentences about a patient turned to the patient.

The words are curated in ``lay.tsv`` (clinical name, tab, plain words) from general medical knowledge. The clinical name
stays behind in brackets, so nothing is lost and the sentence can be checked against the note.
"""

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

_SUBJECT: Final = {
    "is": "are", "was": "were", "has": "have", "does": "do", "doesn't": "don't", "isn't": "aren't", "hasn't": "haven't",
    "wasn't": "weren't",
}  # fmt: skip
_LEADS: Final = re.compile(r"^(?P<verb>has|is|was|does|takes|uses|smokes|drinks|lives|works|needs|wants)\b", re.I)
_OTHERS: Final = re.compile(
    r"\b(?:dr|doctor|nurse|specialist|surgeon|therapist|physio\w*|\w+ologist|\w+iatrist|mother|father|mom|dad|mum|"
    r"brother|sister|son|daughter|wife|husband|partner|child|children|grand\w+|aunt|uncle|cousin|baby|friend)\b",
    re.I,
)
"""People besides the patient: "she" may be one of them, so such a sentence is left as it is."""
_CLINIC: Final = re.compile(
    r"^(?P<about>[^:]{3,40}: )?(?P<verb>order|prescribe|refer|schedule|send|arrange|request|book|see|repeat|obtain)\b",
    re.I,
)
"""What the clinic does about it; everything else in a plan is for the patient to do."""


@cache
def names() -> tuple[tuple[str, str], ...]:
    """Clinical names and their plain words, longest names first."""
    rows = []
    for row in (files(__package__) / "lay.tsv").read_text("utf-8").splitlines():
        if row.strip() and not row.startswith("#"):
            name, plain = row.split("\t")
            rows.append((name, plain))
    return tuple(sorted(rows, key=lambda pair: -len(pair[0])))


@cache
def words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of clinical names and their plain words, longest names first."""
    return tuple((re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.I), plain) for name, plain in names())


def in_plain_words(text: str) -> str:
    """``text`` with each clinical name explained where it first stands: "high blood pressure (hypertension)"."""
    taken: list[tuple[int, int, str]] = []
    for pattern, plain in words():
        match = pattern.search(text)
        if not match or any(match.start() < end and start < match.end() for start, end, _ in taken):
            continue
        if plain.casefold() in text.casefold():
            continue
        taken.append((match.start(), match.end(), f"{plain} ({match[0][0].lower() + match[0][1:]})"))
    for start, end, said in sorted(taken, reverse=True):
        text = text[:start] + said + text[end:]
    return text[:1].upper() + text[1:]


def to_the_patient(text: str) -> str:
    """A note's sentence said to the patient: "Her pulse is 78." → "Your pulse is 78."

    A sentence that names another person is left alone: its pronouns may be that person's.
    """
    if _OTHERS.search(text):
        return text
    led = _LEADS.match(text)
    if led:
        verb = led["verb"].lower()
        text = f"You {_SUBJECT.get(verb, verb.removesuffix('s'))}{text[led.end() :]}"
    text = re.sub(r"\b(?:he|she)(?P<gap>'s| (?:is|was|has|does)\b)", _you, text, flags=re.I)
    text = re.sub(r"\b(?:he|she) (?P<verb>[a-z]+?)s\b", _you_verb, text, flags=re.I)
    text = re.sub(r"\b(?:he|she)\b", _cased("you"), text, flags=re.I)
    text = re.sub(r"\b(?:himself|herself)\b", "yourself", text, flags=re.I)
    text = re.sub(r"\bhim\b", _cased("you"), text, flags=re.I)
    text = re.sub(r"\bhis\b", _cased("your"), text, flags=re.I)
    # "her" is possessive before a word and stands for the patient before anything else.
    text = re.sub(r"\bher(?= (?!back\b|in\b|on\b|at\b|to\b|for\b|with\b|and\b|or\b|again\b|if\b|a\b|the\b|sleep\b)\w)",
                  _cased("your"), text, flags=re.I)  # fmt: skip
    text = re.sub(r"\bher\b", _cased("you"), text, flags=re.I)
    return re.sub(r"\b(?:the )?patient's\b", _cased("your"), re.sub(r"\bthe patient\b(?!')", _cased("you"), text))


def as_advice(text: str) -> str:
    """A sentence of the plan as the patient is told it: what the clinic does begins with "We will"."""
    match = _CLINIC.match(text)
    if not match:
        return text
    about, rest = match["about"] or "", text[match.end() :]
    return f"{about}{'we' if about else 'We'} will {match['verb'].lower()}{rest}"


def _cased(word: str) -> Callable[[re.Match[str]], str]:
    return lambda match: word.capitalize() if match[0][0].isupper() else word


def _you(match: re.Match[str]) -> str:
    gap = match["gap"]
    said = "are" if gap == "'s" else _SUBJECT[gap.strip().lower()]
    return f"{'You' if match[0][0].isupper() else 'you'} {said}"


def _you_verb(match: re.Match[str]) -> str:
    return f"{'You' if match[0][0].isupper() else 'you'} {match['verb']}"
