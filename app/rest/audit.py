"""``/api/audit``: the audit log, for administrators."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.rest.context import AdminHere, ServiceHere
from app.store.audit import PAGE
from app.wire.resources import AuditEntryView, AuditView

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get("")
def show(
    here: ServiceHere,
    admin: AdminHere,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 200,
) -> AuditView:
    """Entries after number ``after``, and whether the whole chain is intact (an error says that it is not)."""
    number, head = here.store.verify_audit()
    entries = here.store.audit_entries(after=after, limit=limit)
    here.store.audit(admin.id, "audit.read", "audit")
    return AuditView(number=number, head=head, entries=[AuditEntryView.model_validate(entry) for entry in entries])
