"""``/api/templates``: note formats, the shipped ones and the clinic's own."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse

from app.errors import InvalidInput
from app.records import User
from app.rest.context import AdminHere, ServiceHere, UserHere
from app.security.access import require_role
from app.wire.formats import TemplateFile, TemplateForm, TemplatePreview, TemplateView
from prompts import template_files, templates
from prompts.errors import TemplateError
from prompts.templates import Template

router = APIRouter(prefix="/templates", tags=["templates"])

PREVIEWED = "_preview"
"""The name under which a format that is only looked at is known; no stored one can have it."""


def reader(user: UserHere) -> User:
    """Who is signed in, when that person has to do with note formats."""
    require_role(user, "admin", "clinician")
    return user


ReaderHere = Annotated[User, Depends(reader)]


@router.get("")
def list_templates(here: ServiceHere, _user: ReaderHere) -> list[TemplateView]:
    """Every format that is offered, the shipped ones first."""
    return [view_of(template) for template in here.store.templates()]


@router.get("/{name}/file", response_class=PlainTextResponse)
def download(name: str, here: ServiceHere, _admin: AdminHere) -> PlainTextResponse:
    """A format as a TOML file, to keep or to take elsewhere."""
    template = here.store.template(name)
    return PlainTextResponse(
        template_files.text_of(templates.data_of(template)),
        media_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{template.name}.toml"'},
    )


@router.post("/check")
def check(body: TemplateFile, _admin: AdminHere) -> TemplateForm:
    """Read the text of a file; a fault is named with its key and line. Nothing is stored."""
    try:
        return form_of(templates.parse(body.text, "The file"))
    except TemplateError as error:
        raise refusal(error) from None


@router.post("/preview")
def preview(body: TemplateForm, here: ServiceHere, _admin: AdminHere) -> TemplatePreview:
    """The sample visit's note in a format that need not be stored."""
    return TemplatePreview(text=here.sample.text(template_from(body, PREVIEWED)))


@router.put("/{name}")
def save(name: str, body: TemplateForm, here: ServiceHere, admin: AdminHere) -> TemplateView:
    """Keep a format of the clinic's own as a new version. Notes written before keep the version they were made in."""
    if body.name != name:
        raise InvalidInput("The format names itself otherwise than the address.", code="input.template")
    return view_of(here.store.save_template(admin.id, template_from(body)))


@router.delete("/{name}", status_code=204)
def delete(name: str, here: ServiceHere, admin: AdminHere) -> None:
    """Offer a format of the clinic's own no longer."""
    here.store.delete_template(admin.id, name)


def template_from(form: TemplateForm, name: str | None = None) -> Template:
    """The format that a form describes; raises :class:`InvalidInput` (``input.template``) naming what is wrong."""
    data = form.model_dump(mode="json") | {"version": 1}
    try:
        found = templates.validate(data, "The format")
    except TemplateError as error:
        raise refusal(error) from None
    return found if name is None else templates.renamed(found, name)


def refusal(error: TemplateError) -> InvalidInput:
    """What is wrong with a format, for people and, as ``key`` and ``line``, for the editor."""
    key = ".".join(str(step) for step in error.key)
    return InvalidInput(f"{error}.", code="input.template", key=key, line=error.line)


def form_of(template: Template) -> TemplateForm:
    """A format as it is edited."""
    data = templates.data_of(template)
    del data["version"]
    return TemplateForm.model_validate(data)


def view_of(template: Template) -> TemplateView:
    """A format as it is listed."""
    return TemplateView(**templates.data_of(template), own=template.name not in templates.names())
