"""``/api/ehr``: whether the connection to the EHR works, and which scope is missing when it does not."""

from fastapi import APIRouter

from app.ehr.connection import examine
from app.rest.context import EhrHere, UserHere
from app.security.access import require_role
from app.wire.launches import ConnectionView, MissingScope

router = APIRouter(prefix="/ehr", tags=["ehr"])


@router.get("")
def test(ehr: EhrHere, user: UserHere) -> ConnectionView:
    """Test the connection, under the launch's token where the request names a launch."""
    require_role(user, "clinician", "admin")
    found = examine(ehr)
    return ConnectionView(
        url=found.url,
        destination=found.destination,
        doc_status=found.doc_status,
        reachable=found.reachable,
        software=found.software,
        fhir_version=found.fhir_version,
        refuses_duplicates=found.refuses_duplicates,
        granted=found.granted,
        missing=[
            MissingScope(scope=scope, purpose=need.purpose, optional=need.optional) for scope, need in found.missing
        ],
        problems=found.problems,
    )
