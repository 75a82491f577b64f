"""Rules on the words of a note before they leave: readable, finished, and honest about how they came to be.

No problem ever quotes the note; it names the kind of fault and the line number.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from app.errors import InvalidInput

MAX_NOTE_BYTES: Final = 5 * 1024 * 1024
"""Largest note sent inline, in bytes before base64 (the size that US Core 9 asks servers to take)."""

_BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_GARBLED = {"\ufffd", "\ufeff"}

_BRACKETED = (
    r"insert|enter|fill|add|your|patient(?:'s)?[ _]?(?:name|dob|mrn|id|age)?|name|date|dob|mrn|time|todo|tbd|tba|tbc"
    r"|placeholder|blank|inaudible|unintelligible|unclear|uncertain|unsure|unknown|low[ _-]?confidence|crosstalk"
    r"|indiscernible|guess|verify|confirm|check|pending|review|xxx?|redacted|missing|not[ _]provided|value|dose|drug"
    r"|provider|doctor|clinician|physician|signature|text|note|diagnosis|medication|symptoms?|allerg(?:y|ies)"
)

_PLACEHOLDERS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, flags), what)
    for pattern, flags, what in (
        (r"\*{3,}", 0, "a *** wildcard"),
        (r"_{3,}", 0, "a blank to fill in"),
        (r"\{\{[^}\n]{0,80}\}\}|\$\{[^}\n]{0,80}\}|[<{]%[^%\n]{0,80}%[}>]", 0, "a template variable"),
        (r"%\([A-Za-z_]{1,60}\)s", 0, "a template variable"),
        (r"\{[A-Za-z_?][A-Za-z0-9_.: ]{0,60}\}", 0, "a template variable"),
        (r"@[A-Z][A-Z0-9_]{2,60}@", 0, "a template variable"),
        (r"<<[^>\n]{1,80}>>|\[\[[^\]\n]{0,80}\]\]", 0, "a template variable"),
        (rf"[\[<]\s*(?:{_BRACKETED})\b[^\]>\n]{{0,60}}[\]>]", re.IGNORECASE, "a placeholder in brackets"),
        (r"\[[A-Z]{2,30}[ _-][A-Z _-]{1,60}\]", 0, "a placeholder in brackets"),
        (r"\[\s*(?:\?+|\.{2,}|\u2026|-{2,}|x+)?\s*\]", re.IGNORECASE, "an empty or doubtful bracket"),
        (r"[(<]\s*\?+\s*[)>]|\?{2,}", 0, "a mark of doubt"),
        (
            r"\(\s*(?:(?:inaudible|unintelligible|indiscernible|crosstalk|low.confidence)\b[^)\n]{0,60}|unclear)\s*\)",
            re.IGNORECASE,
            "a mark of doubt",
        ),
        (r"<\s*/?\s*(?:unk|unsure|unin|pad|s|eos|bos)\s*/?\s*>", re.IGNORECASE, "a machine token"),
        (r"<\|[^|\n]{0,60}\|>|\[(?:UNK|PAD|MASK|CLS|SEP)\]", 0, "a machine token"),
        (r"\b(?:TODO|TBD|TBA|FIXME|PLACEHOLDER)\b", 0, "an unfinished spot"),
        (r"\bX{3,}\b|\bXX/XX|\b(?:mm/dd|dd/mm)/yyyy\b|\byyyy-mm-dd\b", re.IGNORECASE, "an unfinished spot"),
        (r"\blorem ipsum\b", re.IGNORECASE, "filler text"),
        (r"\[object Object\]|[:=][ \t]*(?:undefined|null|NaN)[ \t]*$", re.MULTILINE, "a value of a program"),
        (r"\bas an AI (?:language )?model\b|\bI cannot (?:assist|comply) with\b", re.IGNORECASE, "a model's refusal"),
        (
            r"</?(?:html|head|body|div|span|p|br|table|tr|td|ul|ol|li|b|i|u|strong|em|h[1-6]|script|style|img|a)\b[^>\n]{0,80}>",
            re.IGNORECASE,
            "markup",
        ),
        (r"\A\s*(?:%PDF-|\{\\rtf|<\?xml|<!DOCTYPE)", re.IGNORECASE, "another format than plain text"),
    )
)

_AI = re.compile(r"\b(?:AI|A\.I\.|artificial intelligence|AI-assisted|AI-generated)\b", re.IGNORECASE)
_BY_AI = re.compile(
    r"assist|draft|generat|prepar|creat|writ|produc|compos|document|transcri|scrib|help|support", re.IGNORECASE
)
_E_SIGNED = re.compile(r"\b(?:electronically|digitally|e-?)[ -]?signed\b", re.IGNORECASE)


def text_problems(text: str, doc_status: object = None) -> Iterator[str]:
    """Everything wrong with the text of a note that would be sent with ``doc_status``."""
    if not text.strip():
        yield "decodes to an empty note"
        return
    yield from _character_problems(text)
    for pattern, what in _PLACEHOLDERS:
        match = pattern.search(text)
        if match:
            yield f"holds {what} on line {_line(text, match.start())}"
    if not has_disclosure(text):
        yield "has no line that says AI helped to write it"
    if doc_status == "preliminary" and _E_SIGNED.search(text):
        yield "claims to be electronically signed while docStatus is preliminary"


def require_finished(text: str, doc_status: object = None) -> None:
    """Raise :class:`InvalidInput` (``input.unfinished``) when a text must not be signed as it is."""
    problems = list(text_problems(text, doc_status))
    if problems:
        raise InvalidInput(
            f"The note cannot be signed yet: it {'; it '.join(problems)}.", code="input.unfinished", problems=problems
        )


def has_disclosure(text: str) -> bool:
    """Whether one line of the text says that AI helped to write it."""
    return any(_AI.search(line) and _BY_AI.search(_AI.sub(" ", line)) for line in text.splitlines())


def _character_problems(text: str) -> Iterator[str]:
    """Kinds of characters that must not be in a note, each named once at its first place."""
    for character in sorted(set(text) - {"\n", "\t"}, key=text.index):
        kind = unicodedata.category(character)
        if kind in ("Cc", "Cs", "Zl", "Zp") or character in _BIDI:
            yield f"holds a control character (U+{ord(character):04X}) on line {_line(text, text.index(character))}"
        elif character in _GARBLED or kind in ("Cn", "Co"):
            yield f"holds a garbled character (U+{ord(character):04X}) on line {_line(text, text.index(character))}"


def attesting_lines(text: str) -> list[str]:
    """The lines that say who approves the note: those about AI, the one after each, and the last."""
    lines = [line for line in text.splitlines() if line.strip()]
    places = [place for place, line in enumerate(lines) if has_disclosure(line)]
    chosen = {*places, *(place + 1 for place in places), len(lines) - 1}
    return [line for place, line in enumerate(lines) if place in chosen]


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
