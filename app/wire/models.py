"""What is told of the models: which does which job, and its source attributes."""

from typing import Literal

from app.wire.resources import Resource


class SheetView(Resource):
    """The source attributes of a model, in sentences. ``training_known``: how much of what it learnt from is known."""

    developer: str
    intended_use: str
    out_of_scope: str
    inputs: str
    outputs: str
    training_data: str
    training_known: Literal["yes", "partly", "no"]
    validation: str
    limits: str
    fairness: str
    maintenance: str


class ModelView(Resource):
    """A model of the manifest; ``job`` is what it does on this server, ``None`` when another one does it."""

    name: str
    about: str
    version: str
    licence: str
    job: Literal["speech", "speakers", "drafting", "search"] | None
    sheet: SheetView
