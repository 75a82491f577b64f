"""The room's data files: word lists, cues and rules, read once from the package."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=16)
def data(name: str) -> dict[str, Any]:
    """The parsed contents of ``name``.toml."""
    return tomllib.loads(resources.files("nlp.icd10").joinpath(f"{name}.toml").read_text("utf-8"))


def words(name: str) -> tuple[str, ...]:
    """A list of ``words.toml``."""
    return tuple(str(data("words")[name]).split())


def either(patterns: Iterable[str]) -> str:
    """One group that matches any of ``patterns``."""
    return f"(?:{'|'.join(patterns)})"


def phrasing(name: str, template: str = r"\b{}\b") -> re.Pattern[str]:
    """A list of ``phrasing.toml`` as one expression, put where ``template`` has braces."""
    return re.compile(template.replace("{}", either(data("phrasing")[name])), re.I)
