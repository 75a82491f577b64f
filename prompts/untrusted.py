"""Words spoken or typed by others are data: cleaned of what nobody can hear, and fenced before a model reads them."""

import re
import secrets
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

ADDRESSING: Final = Path(__file__).parent / "data" / "addressing.toml"
"""How speech aimed at a language model sounds. What such a turn asks for is never taken as simply said."""

_KEPT_CONTROLS: Final = {"\n", "\t"}
_TAG_BLOCK: Final = range(0xE0000, 0xE0080)
_VARIATION: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


@cache
def _to_machine() -> re.Pattern[str]:
    """The patterns of ``data/addressing.toml`` in one."""
    data = tomllib.loads(ADDRESSING.read_text(encoding="utf-8"))
    return re.compile("|".join(f"(?:{pattern})" for pattern in data["patterns"]), re.I)


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
    return bool(_to_machine().search(normalise(text)))


def fence() -> str:
    """A new random mark that text written before it was drawn cannot contain."""
    return f"data-{secrets.token_hex(8)}"


def delimit(text: str, mark: str) -> str:
    """``text`` between two lines that carry ``mark``; the mark itself is taken out of the text."""
    return f"<{mark}>\n{text.replace(mark, '')}\n</{mark}>"
