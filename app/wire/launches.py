"""REST shapes of EHR launches, of the connection to the EHR, and of CDS Hooks."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.wire.resources import Resource


class LaunchView(Resource):
    """The chart from which Sidenote was opened. Name ``id`` in the header ``X-Launch`` of every request."""

    id: str
    patient: str
    ehr_encounter_id: str | None = Field(None, description="The visit that is open in the EHR, when it says one.")
    encounter_id: str | None = Field(None, description="Sidenote's encounter of that visit, when it was opened.")
    need_patient_banner: bool
    missing_scopes: list[str]


class ChartCheck(Resource):
    """Body of ``POST /api/launches/{id}/check``: whether the open chart is still this encounter's."""

    encounter_id: str = Field(max_length=100)
    moment: Literal["start", "stop"]


class MissingScope(Resource):
    """A scope that was not granted, and what does not work without it."""

    scope: str
    purpose: str
    optional: bool


class ConnectionView(Resource):
    """Answer of ``GET /api/ehr``: what is known about the connection to the EHR."""

    url: str
    destination: str
    doc_status: str
    reachable: bool
    software: str | None = None
    fhir_version: str | None = None
    refuses_duplicates: bool = Field(False, description="Whether the server promises to honour If-None-Exist.")
    granted: str | None = Field(None, description="Scopes of the access token, where one can be asked.")
    missing: list[MissingScope] = []
    problems: list[str] = []


class HookContext(BaseModel):
    """What a CDS Hooks client says of the moment; more than this is ignored."""

    model_config = ConfigDict(extra="ignore")

    patientId: str = Field(max_length=100)  # noqa: N815 - the names are the specification's
    encounterId: str | None = Field(None, max_length=100)  # noqa: N815


class HookRequest(BaseModel):
    """Body of a CDS Hooks call; more than this is ignored."""

    model_config = ConfigDict(extra="ignore")

    hook: str = Field(max_length=100)
    hookInstance: str = Field(max_length=100)  # noqa: N815
    fhirServer: str | None = Field(None, max_length=500)  # noqa: N815
    context: HookContext


class Cards(BaseModel):
    """Answer to a CDS Hooks call."""

    cards: list[dict[str, Any]]
