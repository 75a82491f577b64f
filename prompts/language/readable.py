"""Whether a statement reads as a sentence of a note, and small repairs where it nearly does."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

_REPAIRS: Final = (
    # What "but" only begins ("is better now but last week").
    (
        re.compile(
            r"\s*,?\s+but,?\s+(?:because of|last|for|in|on|at|with|due to|other than|this|that|then|when)\b"
            r"(?:,?\s+(?!(?:no|not|never)\b)[\w'-]+){0,6}$",
            re.I,
        ),
        "",
    ),
    (re.compile(r"^(?:however|anyway|lastly|additionally),?\s+", re.I), ""),
    (re.compile(r"^been\b", re.I), "has been"),
    (re.compile(r"^(?:would|can|could) (?:say|think|guess)(?: that)?\s+", re.I), ""),
    (re.compile(r"\s*,\s*(?:no|yes|not|and|but|so|or|right)\s*$", re.I), ""),
    (re.compile(r"\s*,\s*(?:though|anyway|basically|obviously|actually)\b", re.I), ""),
    (re.compile(r"\b(a|an|the) (?:a|an|the)\b", re.I), r"\1"),
    (re.compile(r"\bsome a\b", re.I), "a"),
)


def repaired(text: str) -> str:
    """``text`` with the marks of speech taken off that its sense does not need."""
    text = text.strip(" ,.")
    for pattern, put in _REPAIRS:
        text = pattern.sub(put, text)
    return text.strip(" ,.")


def readable(text: str) -> bool:
    """Whether a statement can stand in a note as it is."""
    rules = _rules()
    bare = re.sub(r"^thinks ", "", text.strip(" ,."), flags=re.I)
    if len(bare.split()) > rules["most_words"]:
        return False
    return not (rules["ends"].search(bare) or rules["begins"].match(bare) or rules["holds"].search(bare))


@cache
def _rules() -> dict[str, Any]:
    """The patterns of ``prompts/data/readable.toml``."""
    raw = tomllib.loads((Path(__file__).parents[1] / "data" / "readable.toml").read_text(encoding="utf-8"))
    return {
        "ends": re.compile(rf"\b{raw['ends'].replace(chr(10), '')}$", re.I),
        "begins": re.compile("|".join(f"(?:{p})" for p in raw["begins"]), re.I),
        "holds": re.compile("|".join(f"(?:{p})" for p in raw["holds"]), re.I),
        "most_words": raw["most_words"],
    }
