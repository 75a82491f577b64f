"""Words spoken or typed by others are data: cleaned of what nobody can hear, and fenced before a model reads them."""

import re
import secrets
import unicodedata
from functools import lru_cache
from typing import Final

_KEPT_CONTROLS: Final = {"\n", "\t"}
_TAG_BLOCK: Final = range(0xE0000, 0xE0080)
_VARIATION: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))

_TO_MACHINE: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.?!]{0,40}\b(?:instructions?|prompts?|rules?|"
    r"guidelines?|above)\b"
    r"|\b(?:system|assistant|developer|user)\s*:|\b(?:dear|hey|attention)\s+(?:ai|assistant|model|"
    r"chatbot)\b|^assistant\b,"
    r"|\byou are (?:now )?(?:an? )?(?:\w+ )?(?:ai|assistant|language model|chatbot|pirate|dan)\b|\bnew instructions?\b"
    r"|\b(?:print|reveal|repeat|output)\b[^.?!]{0,30}\b(?:system )?(?:prompt|instructions?)\b|"
    r"</?\w[\w-]*>|```|\[/?inst\]",
    re.I,
)
"""Speech aimed at a language model. What such a turn asks for is never taken as simply said."""


@lru_cache(4096)
def normalise(text: str) -> str:
    """``text`` in NFC without control, zero-width, bidirectional, tag, private or unassigned characters.

    Line breaks and tabs become spaces: a turn is one line, so nothing in it can pose as a new message.
    """
    kept = (" " if c in _KEPT_CONTROLS else c for c in unicodedata.normalize("NFC", text) if _audible(c))
    return " ".join("".join(kept).split())


def _audible(character: str) -> bool:
    """Whether a character can stand for something said."""
    if character in _KEPT_CONTROLS:
        return True
    code = ord(character)
    if code in _TAG_BLOCK or any(code in block for block in _VARIATION):
        return False
    return unicodedata.category(character) not in {"Cc", "Cf", "Co", "Cs", "Cn"}


def addresses_machine(text: str) -> bool:
    """Whether a turn speaks to the software rather than to a person ("ignore previous instructions", "system:")."""
    return bool(_TO_MACHINE.search(normalise(text)))


def fence() -> str:
    """A new random mark that text written before it was drawn cannot contain."""
    return f"data-{secrets.token_hex(8)}"


def delimit(text: str, mark: str) -> str:
    """``text`` between two lines that carry ``mark``; the mark itself is taken out of the text."""
    return f"<{mark}>\n{text.replace(mark, '')}\n</{mark}>"
