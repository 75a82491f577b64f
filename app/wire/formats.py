"""REST resources of note formats, of what else is made of a note, and of questions asked of a visit."""


from pydantic import Field

from app.wire.resources import Resource, SectionLayout
from visit.notes import Division, Form


class TemplateStyle(Resource):
    """How a format looks; ``words`` is the length that a note in it aims at."""

    form: Form = "bullets"
    headings: bool = True
    not_discussed: str = Field("Not discussed.", max_length=200)
    words: int = 420


class TemplateForm(Resource):
    """A note format as it is edited: body of ``PUT /api/templates/{name}`` and ``POST /api/templates/preview``."""

    name: str = Field(max_length=100)
    title: str = Field(max_length=200)
    style: TemplateStyle = TemplateStyle()
    sections: list[SectionLayout] = Field(max_length=20)
    leave_out: list[Division] = []


class TemplateView(TemplateForm):
    """A note format. ``own`` says that it is the clinic's and not one that comes with Sidenote."""

    version: int
    own: bool


class TemplateFile(Resource):
    """Body of ``POST /api/templates/check``: a format as the text of its file."""

    text: str = Field(max_length=20_000)


class TemplatePreview(Resource):
    """The sample visit's note in a format, as it would be signed."""

    text: str


class LayoutChoice(Resource):
    """Body of ``PUT /api/encounters/{id}/template``.

    ``version`` is the note that was seen, when there is one; ``form`` overrides how the format sets its sentences.
    """

    template: str = Field(max_length=60)
    version: int | None = None
    form: Form | None = None
