"""The room's data files: word lists, cues and rules, read once from the package."""

import hashlib
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


@lru_cache(maxsize=1)
def digest() -> str:
    """Eight characters that change with any file of this room: word lists, cues, rules, ranker, hints, code."""
    files = sorted(
        (file for file in resources.files("nlp.icd10").iterdir() if file.name.endswith((".py", ".toml"))),
        key=lambda file: file.name,
    )
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()[:8]


def words(name: str) -> tuple[str, ...]:
    """A list of ``words.toml``."""
    return tuple(str(data("words")[name]).split())


def either(patterns: Iterable[str]) -> str:
    """One group that matches any of ``patterns``."""
    return f"(?:{'|'.join(patterns)})"


def phrasing(name: str, template: str = r"\b{}\b") -> re.Pattern[str]:
    """A list of ``phrasing.toml`` as one expression, put where ``template`` has braces."""
    return re.compile(template.replace("{}", either(data("phrasing")[name])), re.I)
