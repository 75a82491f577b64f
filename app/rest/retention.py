"""``/api/administration/retention``: what would be deleted, and what a legal hold keeps. Nothing is deleted here."""

from fastapi import APIRouter

from app.rest.context import AdminHere, ServiceHere
from app.wire.retention import DueView, HoldForm, HoldView, RetentionView
from visit.ids import EncounterId

router = APIRouter(prefix="/administration/retention", tags=["administration"])


@router.get("")
def look(here: ServiceHere, admin: AdminHere) -> RetentionView:
    """The rules, what they would delete now (``sidenote retention run`` does), and the legal holds. Audited."""
    here.store.audit(admin.id, "retention.reviewed", "retention")
    settings = here.settings
    return RetentionView(
        audio_days=settings.retention_audio_days,
        transcript_days=settings.retention_transcript_days,
        encounter_days=settings.retention_encounter_days,
        due=[DueView.model_validate(due) for due in here.store.due()],
        holds=[HoldView.model_validate(hold) for hold in here.store.holds()],
    )


@router.put("/holds/{held}")
def hold(held: str, body: HoldForm, here: ServiceHere, admin: AdminHere) -> RetentionView:
    """Keep an encounter whatever the rules say; a second time renews the reason."""
    here.store.hold(admin.id, EncounterId(held), body.reason)
    return look(here, admin)


@router.delete("/holds/{held}")
def release(held: str, here: ServiceHere, admin: AdminHere) -> RetentionView:
    """Let the rules apply to an encounter again."""
    here.store.release(admin.id, EncounterId(held))
    return look(here, admin)
