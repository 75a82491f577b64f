"""Source attributes: for each model of the manifest, a sheet that says whose it is, what for, and from what it learnt.

The fields follow the source attributes of 45 CFR 170.315(b)(11)(iv). What nobody published is "not known" in words.
"""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import StringConstraints

from app.models.manifest import Entry

Statement = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Sheet(Entry):
    """What a reader should know of one model. ``training_known``: how much of what it learnt from was published."""

    developer: Statement
    intended_use: Statement
    out_of_scope: Statement
    inputs: Statement
    outputs: Statement
    training_data: Statement
    training_known: Literal["yes", "partly", "no"]
    validation: Statement
    limits: Statement
    fairness: Statement
    maintenance: Statement


@lru_cache(None)
def load_sheet(model: str) -> Sheet:
    """The sheet of a model of the manifest; raises :class:`FileNotFoundError` for any other."""
    return Sheet.model_validate(tomllib.loads((files(__package__) / "sheets" / f"{model}.toml").read_text("utf-8")))
