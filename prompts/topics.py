"""What a question asks about, so that an answer of a few words makes a whole statement with it."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

from prompts.language.grammar import inflect
from prompts.language.tidy import strip_lead
from prompts.language.words import STOP

DATA: Final = Path(__file__).parent / "data" / "topics.toml"


def joined(question: str, answer: str) -> str:
    """A fragment and the question that it answers as one statement; empty where the question names no topic.

    "When was your last period?" and "2 weeks ago" → "last period: 2 weeks ago". Every word was said.
    """
    rules, asked = _rules(), strip_lead(question).strip(" ,.?").lower()
    habit = rules["habits"].fullmatch(asked)
    if habit and rules["how_often"].fullmatch(answer):
        verb, *more = habit["verb"].split()
        return " ".join([inflect(verb), *more, *habit["rest"].split(), answer])
    for pattern in rules["topics"]:
        match = pattern.fullmatch(asked)
        if match and rules["never"].isdisjoint(match["topic"].split()):
            if answer.partition(" ")[0].lower() in STOP:
                answer = answer[:1].lower() + answer[1:]
            return f"{re.sub(r'^for (?:your|this|that) ', 'for ', match['topic'])}: {answer}"
    return ""


@cache
def _rules() -> dict[str, Any]:
    """The patterns of ``prompts/data/topics.toml``."""
    raw = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return {
        "topics": [re.compile(pattern.replace("THING", raw["thing"]), re.I) for pattern in raw["topics"]],
        "never": frozenset(raw["never"].split()),
        "habits": re.compile(raw["habits"], re.I),
        "how_often": re.compile(raw["how_often"], re.I),
    }
