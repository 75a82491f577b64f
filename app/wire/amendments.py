"""REST shapes of what happens to a note after it is filed: addendum, replacement, retraction."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.wire.resources import Edit, Resource, SentenceView, SubmissionView

AmendmentKind = Literal["addendum", "replacement", "retraction"]
"""An addendum stands beside the note, a replacement takes its place, a retraction withdraws it."""


class AmendmentForm(Resource):
    """Body of ``POST /api/encounters/{id}/amendments/preview``: what is to change.

    An addendum needs ``text``, a replacement ``edits`` of the note as it stands, a retraction a ``reason``.
    """

    kind: AmendmentKind
    target: int = Field(0, ge=0, description="What a retraction withdraws: 0 the note as it stands, else an addendum.")
    text: str = Field("", max_length=20_000)
    edits: list[Edit] = Field([], max_length=200)
    reason: str = Field("", max_length=500)


class AmendmentPreview(Resource):
    """Exactly the text that signing fixes, its SHA-256, and what happens in the EHR."""

    text: str
    sha256: str
    destination: str
    effect: str


class NewAmendment(AmendmentForm):
    """Body of ``POST /api/encounters/{id}/amendments``: the change and the hash of the text that was shown."""

    sha256: str
    attestation: str = Field(min_length=1, max_length=500)


class AmendmentView(Resource):
    """A signed amendment and where its filing stands; ``number`` counts the amendments of one note from 1."""

    number: int
    kind: AmendmentKind
    target: int
    text: str
    sha256: str
    by: str
    at: datetime
    submission: SubmissionView | None = None
    sentences: list[SentenceView] = Field([], description="Of a replacement: the note that took the old one's place.")
