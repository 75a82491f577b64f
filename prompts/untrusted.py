"""Words spoken or typed by others are data: cleaned of what nobody can hear, and fenced before a model reads them."""

import secrets
import unicodedata
from typing import Final

_KEPT_CONTROLS: Final = {"\n", "\t"}
_TAG_BLOCK: Final = range(0xE0000, 0xE0080)
_VARIATION: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


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


def fence() -> str:
    """A new random mark that text written before it was drawn cannot contain."""
    return f"data-{secrets.token_hex(8)}"


def delimit(text: str, mark: str) -> str:
    """``text`` between two lines that carry ``mark``; the mark itself is taken out of the text."""
    return f"<{mark}>\n{text.replace(mark, '')}\n</{mark}>"
