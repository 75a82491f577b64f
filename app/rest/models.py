"""``/api/models``: the models that Sidenote can use, and what is known of each. Everyone who signs in may read it."""

from fastapi import APIRouter

from app.models import load_manifest
from app.models.sheets import load_sheet
from app.rest.context import ServiceHere, UserHere
from app.wire.models import ModelView, SheetView

router = APIRouter(prefix="/models", tags=["administration"])


@router.get("")
def list_models(here: ServiceHere, _user: UserHere) -> list[ModelView]:
    """Every model with its source attributes: first those that work here, in the order of a visit."""
    manifest = load_manifest()
    jobs = {model.name: job for job, model in manifest.profile(here.settings.profile).items()}
    names = [*jobs, *(name for name in manifest.models if name not in jobs)]
    return [
        ModelView(
            name=name,
            about=(model := manifest.models[name]).about,
            version=model.version,
            licence=model.licence,
            job=jobs.get(name),
            sheet=SheetView.model_validate(load_sheet(name)),
        )
        for name in names
    ]
