"""Words by which more than one room knows who speaks, kept as data in ``cues.toml``."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[str, list[str]]:
    return tomllib.loads(files("visit").joinpath("cues.toml").read_text("utf-8"))


def cues(name: str) -> str:
    """The regular expression of an entry; raises ``KeyError`` when there is none."""
    return "".join(_table()[name])
