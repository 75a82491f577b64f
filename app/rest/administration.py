"""``/api/administration``: the state of this installation, for administrators."""

from fastapi import APIRouter

from app import doctor
from app.rest.context import AdminHere, ServiceHere
from app.wire.resources import CheckView

router = APIRouter(prefix="/administration", tags=["administration"])


@router.get("/checks")
def checks(here: ServiceHere, _admin: AdminHere) -> list[CheckView]:
    """What ``sidenote doctor`` finds: page, disk, key, record, audit log, device, models, EHR. Takes a few seconds."""
    return [CheckView.model_validate(check) for check in doctor.examine(here.settings)]
