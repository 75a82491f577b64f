"""Whether a new wording leaves who, when and the verb of what it replaces as they were."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from prompts.language.words import tokens

_PAST: Final = frozenset({"had", "was", "were", "did"})
_PRESENT: Final = frozenset({"has", "have", "is", "are", "does", "do"})
_PERFECT: Final = re.compile(r"\b(?:has|have|had) (?:\w+ly |also |not |never |ever )?(?:had|been)\b", re.I)
"""A perfect: its second word tells no time of its own."""
_BEING: Final = frozenset({"is", "are", "was", "were", "am", "be"})
_BID: Final = re.compile(r"\b(?:is|are|be) (?:also |not )?(?:to|advised|asked|told|encouraged)\b", re.I)
"""What makes a sentence of an instruction ("Patient to rest" → "The patient is to rest")."""
_SPOKEN: Final = frozenset({"i", "me", "my", "we", "us", "our", "you", "your", "uh", "um"})
"""Words of the one who speaks; a note has them only when a phrase does."""
_SOMEONE: Final = frozenset({"he", "she", "they", "patient"})
_LINKS: Final = {"of": r"\b(?:complain\w*|histor\w+) of\b", "presents": r"\bpresents with\b"}
"""Words that are added only as part of these."""


def keeps_frame(text: str, phrases: Iterable[str]) -> bool:
    """Whether ``text`` has the persons, the time and the kind of verb of ``phrases``, which it is to replace.

    A small model changes little words as readily as great ones: "has" to "is", "had" to "has", "it" to "he". Each
    makes another statement of the same words of weight.
    """
    before = list(phrases)
    old, new = _words(before), _words([text])
    added = new - old
    if {word.partition("'")[0] for word in added} & _SPOKEN or ("it" in old - new and added & _SOMEONE):
        return False
    if any(word in added and not re.search(allowed, text, re.I) for word, allowed in _LINKS.items()):
        return False
    if added & _BEING and not _BID.search(text):
        return False
    told = _times(before)
    return not told or _times([text]) <= told


def _words(texts: Sequence[str]) -> set[str]:
    return {word for text in texts for word in tokens(text)}


def _times(texts: Sequence[str]) -> set[str]:
    """The times that auxiliary verbs tell: past, present, both or none."""
    words = _words([_PERFECT.sub(lambda found: found[0].split()[0], text) for text in texts])
    return {name for name, verbs in (("past", _PAST), ("present", _PRESENT)) if words & verbs}
