"""REST shapes of what is kept how long."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.wire.resources import Resource


class DueView(Resource):
    """Something that the rules would delete now."""

    encounter: str
    kind: Literal["audio", "transcript", "encounter"]


class HoldView(Resource):
    """A legal hold: the encounter is kept until it is released. ``by`` is the id of who placed it, or ``system``."""

    encounter: str
    by: str
    at: datetime
    reason: str


class RetentionView(Resource):
    """Answer of ``GET /api/administration/retention``: the rules in days (null: kept), what is due, what is held."""

    audio_days: int | None = Field(description="Days after filing at which sound is deleted.")
    transcript_days: int | None = Field(description="Days after filing at which transcript and findings are deleted.")
    encounter_days: int | None = Field(description="Days after its opening at which a whole encounter is deleted.")
    due: list[DueView]
    holds: list[HoldView]


class HoldForm(Resource):
    """Body of ``PUT /api/administration/retention/holds/{held}``. The reason is kept, sealed."""

    reason: str = Field(min_length=3, max_length=1000)
