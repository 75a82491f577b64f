"""REST resources of note formats, of what else is made of a note, and of questions asked of a visit."""

from typing import Literal

from pydantic import Field

from app.wire.resources import FindingView, NoteView, Resource, SectionLayout, TurnView
from visit.notes import Division, Form, Origin

DocumentKind = Literal["summary", "letter"]
"""The after-visit summary, and the referral letter."""


class TemplateStyle(Resource):
    """How a format looks; ``words`` is the length that a note in it aims at."""

    form: Form = "bullets"
    headings: bool = True
    not_discussed: str = Field("Not discussed in this visit.", max_length=200)
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


class DocumentLine(Resource):
    """One line of a document; ``sentence`` is the note's sentence it says again, ``evidence`` the turns behind it."""

    text: str
    sentence: str
    evidence: list[int]
    origin: Origin


class DocumentPart(Resource):
    """A titled run of lines."""

    title: str
    lines: list[DocumentLine]


class DocumentView(Resource):
    """Something else made of the note's reliable sentences.

    ``text`` is the whole of it to copy or print. ``left_out`` counts sentences of the note that need review first.
    ``to`` is where the visit said the patient is referred.
    """

    kind: DocumentKind
    title: str
    note_version: int
    signed: bool
    to: str | None = None
    parts: list[DocumentPart]
    left_out: int
    text: str


class Question(Resource):
    """Body of ``POST /api/encounters/{id}/ask``."""

    text: str = Field(min_length=1, max_length=500)


class PassageView(Resource):
    """Turns that answer a question, and the findings that rest on them; ``flagged`` when they address the software."""

    turns: list[TurnView]
    findings: list[FindingView]
    flagged: bool


class AnswerView(Resource):
    """What the visit says about a question: passages, best first. None means that it was not said.

    ``missing`` are words of the question that nothing in the visit answers to.
    """

    passages: list[PassageView]
    missing: list[str]


class Rewrite(Resource):
    """Body of ``POST /api/encounters/{id}/note/rewrite``. No ``divisions`` means the whole note.

    What the clinician wrote stays as it is unless ``edited_too``.
    """

    version: int
    how: Literal["again", "shorter", "longer", "instruction"]
    divisions: list[Division] = Field([], max_length=20)
    instruction: str = Field("", max_length=300)
    edited_too: bool = False


class Rewritten(Resource):
    """The note after a rewrite, how many sentences came and went, and how many of the clinician's were left alone."""

    note: NoteView
    added: int
    removed: int
    kept_edited: int
