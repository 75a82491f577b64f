"""``/api/encounters/{id}/export``: the signed note to take away."""

import json
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Response

from app.ehr.export import Signed, document_bundle
from app.rest.context import ReadEncounter, ServiceHere, UserHere

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["exports"])

_TYPES: Final = {"text": ("text/plain; charset=utf-8", "txt"), "bundle": ("application/fhir+json", "json")}


@router.get(
    "/export", responses={200: {"content": {"text/plain": {}, "application/fhir+json": {}}}}, response_class=Response
)
def export(
    here: ServiceHere,
    user: UserHere,
    encounter: ReadEncounter,
    form: Annotated[Literal["text", "bundle"], Query(alias="format")] = "text",
) -> Response:
    """The signed note: the exact text, or a FHIR document Bundle with that text inside."""
    signing, content = here.store.signing(encounter.id), here.store.signed_text(encounter.id)
    if form == "bundle":
        signed = Signed(
            note_id=f"{encounter.id}.{signing.version}",
            note=here.store.note(encounter.id, signing.version).note,
            text=content,
            chart=encounter.chart,
            clinician=here.store.user(signing.by).name,
            start=encounter.created.astimezone(),
            signed_at=signing.at.astimezone(),
            consent=encounter.consent,
        )
        content = json.dumps(document_bundle(signed), ensure_ascii=False).encode()
    here.store.audit(user.id, "note.exported", f"encounter:{encounter.id}", version=signing.version, format=form)
    media, suffix = _TYPES[form]
    return Response(
        content,
        media_type=media,
        headers={"Content-Disposition": f'attachment; filename="note-{encounter.id}.{suffix}"'},
    )
