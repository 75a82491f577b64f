"""How sentences are set in a document: as bullets, as running text, or as telegraphic bullets."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from prompts.templates import HEADINGS, Style, Template
from visit.notes import Form, Note, NoteSentence

_FRAME: Final = re.compile(
    r"^(?:(?:the )?patient |he |she |they )?"
    r"(?:reports (?:that )?|states (?:that )?|(?:has|have) had |(?:has|have) (?=an? )|takes |is taking )"
    r"(?:an? |the |this |some )?",
    re.I,
)
"""Words that only frame a statement. None of them denies, doubts, dates or names whose it is."""
_WHOSE: Final = re.compile(r"^(?:his|her|their) (?!(?:father|mother|brother|sister|son|daughter|wife|husband)\b)", re.I)
_MEASURED: Final = re.compile(r" (?:is|are|was|were) (?=\d)")


def form_of(note: Note, style: Style) -> Form:
    """How a note is set: as the clinician chose for it, else as its format says."""
    return note.form or style.form


def lines(note: Note, title: str, sentences: Sequence[NoteSentence], template: Template) -> Iterator[str]:
    """The lines of one section of a note, with a heading before each division where the format wants them.

    A division that the format does not place is always named.
    """
    form = form_of(note, template.style)
    placed = set(template.order())
    for division in dict.fromkeys(sentence.division for sentence in sentences):
        named = template.style.headings or division not in placed
        if named and HEADINGS[division].casefold() != title.casefold():
            yield f"{HEADINGS[division]}:"
        yield from set_in(form, [s.text for s in sentences if s.division is division])


def set_in(form: Form, texts: Sequence[str]) -> list[str]:
    """The lines that hold some sentences in a form."""
    if form == "sentences":
        return [" ".join(texts)] if texts else []
    return [f"- {telegraphic(text) if form == 'telegraphic' else text}" for text in texts]


def telegraphic(text: str) -> str:
    """A sentence without framing words and closing stop: "Has had a cough for 2 weeks." → "Cough for 2 weeks"."""
    short = text.strip().removesuffix(".")
    bare = _WHOSE.sub("", _FRAME.sub("", short, count=1), count=1)
    bare = _MEASURED.sub(" ", bare, count=1) if bare != short else bare
    return bare[:1].upper() + bare[1:] if bare else short
